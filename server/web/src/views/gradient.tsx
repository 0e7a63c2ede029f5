// Gradient: two sentences, and what lies between them.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { InterpolateReply } from "../../../client.ts";
import { Choice, Examples, Slider } from "../parts/controls.tsx";
import { SwapIcon } from "../parts/icons.tsx";
import { LabelChoice, labelKey } from "../parts/label-choice.tsx";
import { type Line, LineActions, LineText, Stop } from "../parts/lines.tsx";
import { ResultBar } from "../parts/result-bar.tsx";
import { Status, useTask } from "../parts/status.tsx";
import { TextBox } from "../parts/text-box.tsx";
import { useParams } from "../place.ts";
import { choiceField, integerField, optionalTextField, textField } from "../pure/link.ts";
import { examplePairs } from "../pure/presets.ts";
import { ask } from "../server.ts";
import { Layout, type Result, shareOf, type ViewProps } from "./view.tsx";

const FIELDS = {
  from: textField(),
  to: textField(),
  steps: integerField(8, 2, 64),
  path: choiceField("linear", ["linear", "spherical"]),
  label: optionalTextField(),
};

const PATHS = [
  { value: "linear", label: "Straight" },
  { value: "spherical", label: "Arc" },
] as const;

export function Gradient({ tab, model, details }: ViewProps) {
  const pairs = useMemo(() => examplePairs(details.examples), [details]);
  const [initial] = useState(() => ({ from: pairs[0]?.[0] ?? "", to: pairs[0]?.[1] ?? "" }));
  const { values, set, go, link } = useParams(tab, model, FIELDS, initial);
  const task = useTask();
  const { from, to, steps, path } = values;
  const request = { from, to, steps, path, ...labelKey(details, values.label) };
  const [result, setResult] = useState<Result<typeof request, InterpolateReply>>();

  useEffect(() => {
    if (from.trim() === "" || to.trim() === "") return task.stop();
    task.start(async (signal) => {
      const reply = await ask(model).interpolate(request, { signal });
      setResult({ request, link, reply });
    });
  }, [link]);

  const lines = result ? linesOf(result.reply) : [];
  return (
    <Layout
      title="Two sentences, and what lies between them."
      panel={
        <>
          <Slider
            label="Steps"
            value={steps}
            min={2}
            max={Math.max(32, steps)}
            onChange={(value) => set({ steps: value })}
          />
          <Choice
            label="Path"
            value={path}
            choices={PATHS}
            onChange={(value) => set({ path: value })}
            hint={path === "linear" ? "Through the space." : "Round its centre, at the distance codes have from it."}
          />
          <LabelChoice details={details} value={values.label} onChange={(value) => set({ label: value })} />
          <button type="button" class="with-icon" onClick={() => go({ from: to, to: from })}>
            <SwapIcon /> Swap the ends
          </button>
          {pairs.length > 0 && (
            <Examples label="From the corpus">
              {pairs.slice(0, 5).map(([a, b]) => (
                <button key={a} type="button" class="example" onClick={() => go({ from: a, to: b })}>
                  <span dir="auto">{a}</span>
                  <span dir="auto">{b}</span>
                </button>
              ))}
            </Examples>
          )}
        </>
      }
    >
      <ol class="walk" aria-live="polite" aria-busy={task.state.value.kind === "running"}>
        <li class="stop end from">
          <span class="dot" aria-hidden="true" />
          <TextBox large label="From" value={from} model={model} onCommit={(text) => set({ from: text })} />
        </li>
        {lines.map((line, i) => (
          <Stop key={i} line={line} order={i}>
            <LineText key={line.text} text={line.text} before={line.before} cut={line.cut ?? false} />
            {line.note && <span class={`line-note${line.note.length > 6 ? " wordy" : ""}`}>{line.note}</span>}
            <LineActions text={line.text} model={model} />
          </Stop>
        ))}
        <li class="stop end to">
          <span class="dot" aria-hidden="true" />
          <TextBox large label="To" value={to} model={model} onCommit={(text) => set({ to: text })} />
        </li>
      </ol>
      <Status task={task} />
      {result && (
        <ResultBar
          name="gradient"
          model={model}
          texts={lines.map(({ text }) => text)}
          rows={lines.map(({ text, t }) => ({ text, t: Number(t.toFixed(4)) }))}
          calls={[{ operation: "interpolate", request: result.request }]}
          link={result.link}
        />
      )}
    </Layout>
  );
}

/** The ends are marked against what was written, so that the loss shows; all others against the line before. */
function linesOf({ texts, inputs }: InterpolateReply): Line[] {
  const last = texts.length - 1;
  return texts.map(({ text, finish_reason }, i) => {
    const original = i === 0 ? inputs[0]?.text : i === last ? inputs[1]?.text : undefined;
    return {
      text,
      t: shareOf(i, texts.length),
      cut: finish_reason === "length",
      before: i > 0 ? texts[i - 1]?.text : text === original?.trim() ? undefined : original,
      ...(original !== undefined && { note: `reconstruction${text === original.trim() ? ", exact" : ""}` }),
    };
  });
}
