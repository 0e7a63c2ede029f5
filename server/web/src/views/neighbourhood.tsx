// Neighbourhood: sentences near mine, and the corpus lines nearest to them, so that one sees whether the model only remembers.
import { useEffect, useState } from "preact/hooks";
import type { NeighboursReply, RewriteReply } from "../../../client.ts";
import { Examples, NumberBox, Slider } from "../parts/controls.tsx";
import { LabelChoice, labelKey } from "../parts/label-choice.tsx";
import { LineActions, LineText } from "../parts/lines.tsx";
import { ResultBar } from "../parts/result-bar.tsx";
import { Status, useTask } from "../parts/status.tsx";
import { TextBox } from "../parts/text-box.tsx";
import { useParams } from "../place.ts";
import { integerField, numberField, optionalTextField, textField } from "../pure/link.ts";
import { openingOf } from "../pure/presets.ts";
import { isCopy, linesOf, sameText, verdictOf } from "../pure/verdict.ts";
import { ask } from "../server.ts";
import { freshSeed, Layout, type ViewProps } from "./view.tsx";

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
  const { values, set, link } = useParams(tab, model, FIELDS, initial);
  const [reply, setReply] = useState<RewriteReply>();
  const [nearest, setNearest] = useState<ReadonlyMap<string, NeighboursReply>>(new Map());
  /** The variation whose neighbours are shown; none: those of mine. */
  const [chosen, setChosen] = useState<number>();
  const writing = useTask();
  const searching = useTask();
  const { text, similarity, n, seed } = values;
  const request = { text, n, similarity, seed, ...labelKey(details, values.label) };

  useEffect(() => {
    if (text.trim() === "") return writing.stop();
    setChosen(undefined);
    writing.start(async (signal) => setReply(await ask(model).similar(request, { signal })));
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

  const own = reply?.inputs[0]?.text ?? text;
  const shown = chosen === undefined ? own : (variations[chosen] ?? own);
  const copies = variations.filter((line) => isCopy(line, nearest.get(line)));
  const done = variations.length > 0 && variations.every((line) => line === "" || nearest.has(line));
  return (
    <Layout
      kind="neighbourhood"
      title="Sentences near yours, and what the corpus has nearest to them."
      actions={
        <button type="button" class="primary" onClick={() => set({ seed: freshSeed() })}>
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
            onChange={(value) => set({ seed: value ?? freshSeed() })}
          />
          <Examples label="From the corpus">
            {details.examples.slice(1, 5).map((example) => (
              <button key={example} type="button" class="example" onClick={() => set({ text: example })}>
                <span>{example}</span>
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
                key={`${i} ${line}`}
                class={`variation${i === chosen ? " chosen" : ""}`}
                onPointerEnter={() => setChosen(i)}
                onFocusCapture={() => setChosen(i)}
              >
                <button type="button" class="variation-text" aria-pressed={i === chosen} onClick={() => setChosen(i)}>
                  <LineText text={line} before={own} cut={reply?.texts[i]?.finish_reason === "length"} />
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
          <Status task={searching} />
        </section>
      </div>
      <Status task={writing} />
      <ResultBar
        name={`near-${seed}`}
        model={model}
        texts={variations}
        rows={variations.map((line) => ({
          text: line,
          of: own,
          similarity,
          seed,
          in_corpus: isCopy(line, nearest.get(line)),
          nearest: nearest.get(line)?.neighbours[0]?.text ?? null,
        }))}
        calls={[
          { operation: "similar", request },
          { operation: "neighbours", request: { text, n: NEAREST } },
        ]}
        link={link}
      />
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
            <p>{text}</p>
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
