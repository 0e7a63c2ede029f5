// Neighbourhood: sentences near mine, and the corpus lines nearest to them, so that one sees whether the model only remembers.
import { useEffect, useState } from "preact/hooks";
import type { NeighboursReply, RewriteReply } from "../../../client.ts";
import { Examples, NumberBox, Slider } from "../parts/controls.tsx";
import { LabelChoice, labelKey } from "../parts/label-choice.tsx";
import { LineActions, LineText } from "../parts/lines.tsx";
import { ResultBar } from "../parts/result-bar.tsx";
import { Status, useTask } from "../parts/status.tsx";
import { TextBox } from "../parts/text-box.tsx";
import { useKeptSeed, useParams } from "../place.ts";
import { integerField, numberField, optionalTextField, textField } from "../pure/link.ts";
import { openingOf } from "../pure/presets.ts";
import { isCopy, linesOf, sameText, verdictOf } from "../pure/verdict.ts";
import { ask } from "../server.ts";
import { freshSeed, Layout, type Result, type ViewProps } from "./view.tsx";

const LARGEST_SEED = 2 ** 32 - 1;
const NEAREST = 6;

const FIELDS = {
  text: textField(),
  similarity: numberField(0.6, 0, 1),
  n: integerField(6, 1, 24),
  label: optionalTextField(),
  seed: integerField(1, 0, LARGEST_SEED),
};

export function Neighbourhood({ tab, model, details }: ViewProps) {
  const [initial] = useState(() => ({ text: openingOf(details.examples), seed: freshSeed() }));
  const { values, set, go, settle, link } = useParams(tab, model, FIELDS, initial);
  const [nearest, setNearest] = useState<ReadonlyMap<string, NeighboursReply>>(new Map());
  /** The variation whose neighbours are shown; none: those of mine. */
  const [chosen, setChosen] = useState<number>();
  const writing = useTask();
  const searching = useTask();
  const { text, similarity, n, seed } = values;
  const request = { text, n, similarity, seed, ...labelKey(details, values.label) };
  const [result, setResult] = useState<Result<typeof request, RewriteReply>>();
  const reply = result?.reply;
  useKeptSeed(tab, seed, settle);

  useEffect(() => {
    if (text.trim() === "") return writing.stop();
    setChosen(undefined);
    writing.start(async (signal) => {
      const reply = await ask(model).similar(request, { signal });
      setResult({ request, link, reply });
    });
  }, [link]);

  const variations = reply?.texts.map((written) => written.text) ?? [];
  const wanted = [...new Set([reply?.inputs[0]?.text ?? "", ...variations])].filter((line) => line !== "");
  useEffect(() => {
    if (wanted.length === 0 || details.neighbours === "unavailable") return;
    searching.start(async (signal) => {
      const found = new Map<string, NeighboursReply>();
      for (const line of wanted) {
        found.set(line, nearest.get(line) ?? (await ask(model).neighbours({ text: line, n: NEAREST }, { signal })));
        setNearest(new Map(found));
      }
    });
  }, [wanted.join("\n")]);

  const others = details.examples.filter((example) => !sameText(example, text)).slice(0, 4);
  const own = reply?.inputs[0]?.text ?? text;
  const shown = chosen === undefined ? own : (variations[chosen] ?? own);
  const copies = variations.filter((line) => isCopy(line, nearest.get(line)));
  const done = variations.length > 0 && variations.every((line) => line === "" || nearest.has(line));
  return (
    <Layout
      kind="neighbourhood"
      title="Sentences near yours, and what the corpus has nearest to them."
      actions={
        <button type="button" class="primary" onClick={() => go({ seed: freshSeed() })}>
          Others
        </button>
      }
      panel={
        <>
          <Slider
            label="Similarity"
            value={similarity}
            min={0}
            max={1}
            step={0.05}
            show={(value) => value.toFixed(2)}
            hint={similarity === 0 ? "Nothing of yours is left." : similarity === 1 ? "Nothing but yours." : ""}
            onChange={(value) => set({ similarity: value })}
          />
          <Slider label="Variations" value={n} min={1} max={Math.max(16, n)} onChange={(value) => set({ n: value })} />
          <LabelChoice details={details} value={values.label} onChange={(value) => set({ label: value })} />
          <NumberBox
            label="Seed"
            value={seed}
            min={0}
            max={LARGEST_SEED}
            empty="random"
            onChange={(value) => go({ seed: value ?? freshSeed() })}
          />
          <Examples label="From the corpus">
            {others.map((example) => (
              <button key={example} type="button" class="example" onClick={() => go({ text: example })}>
                <span dir="auto">{example}</span>
              </button>
            ))}
          </Examples>
        </>
      }
    >
      <div onFocusCapture={() => setChosen(undefined)}>
        <TextBox large label="Your sentence" value={text} model={model} onCommit={(given) => set({ text: given })} />
      </div>
      <div class="beside">
        <section>
          <h2>
            Variations
            {done && <span class="verdict">{verdictOf(copies.length, variations.length, nearest.get(own))}</span>}
          </h2>
          <ol class="variations" aria-live="polite" aria-busy={writing.state.value.kind === "running"}>
            {variations.map((line, i) => (
              <li
                key={i}
                class={`variation${i === chosen ? " chosen" : ""}`}
                // A finger that scrolls chooses nothing: it does not come up here.
                onPointerEnter={({ pointerType }) => pointerType !== "touch" && setChosen(i)}
                onPointerUp={() => setChosen(i)}
                onFocusCapture={() => setChosen(i)}
              >
                <button type="button" class="variation-text" aria-pressed={i === chosen} onClick={() => setChosen(i)}>
                  <LineText key={line} text={line} before={own} cut={reply?.texts[i]?.finish_reason === "length"} />
                </button>
                {isCopy(line, nearest.get(line)) && <span class="copy-mark">in the corpus</span>}
                <LineActions text={line} model={model} />
              </li>
            ))}
          </ol>
        </section>
        <section class="nearest" aria-live="polite">
          <h2>
            Nearest corpus lines <span class="verdict">to {shown === own ? "yours" : `“${shown}”`}</span>
          </h2>
          {details.neighbours === "unavailable" ? (
            <p class="hint">The corpus of this model is not at hand, so nothing can be compared.</p>
          ) : (
            <Nearest of={shown} found={nearest.get(shown)} />
          )}
          <Status task={searching} doing="Searching the corpus…" />
        </section>
      </div>
      <Status task={writing} />
      {result && (
        <ResultBar
          name={`near-${result.request.seed}`}
          model={model}
          texts={variations}
          rows={variations.map((line) => ({
            text: line,
            of: own,
            similarity: result.request.similarity,
            seed: result.request.seed,
            // Null where nothing is known: it was not searched, or not yet.
            in_corpus: nearest.has(line) ? isCopy(line, nearest.get(line)) : null,
            nearest: nearest.get(line)?.neighbours[0]?.text ?? null,
          }))}
          calls={[
            { operation: "similar", request: result.request },
            { operation: "neighbours", request: { text: own, n: NEAREST } },
          ]}
          link={result.link}
        />
      )}
    </Layout>
  );
}

function Nearest({ of, found }: { of: string; found: NeighboursReply | undefined }) {
  if (!found) return null;
  return (
    <>
      <ol class="nearest-lines">
        {found.neighbours.map(({ text, distance, label }, i) => (
          <li key={`${i} ${text}`}>
            <p dir="auto">{text}</p>
            <span class="distance">
              {sameText(text, of) ? "the same" : distance.toFixed(2)}
              {label !== undefined && ` · ${label}`}
            </span>
          </li>
        ))}
      </ol>
      <p class="hint">Of {linesOf(found)}; the figure is the distance of their codes.</p>
    </>
  );
}
