// Samples: sentences from points drawn at random, as they are written.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { WrittenText } from "../../../client.ts";
import { NumberBox, Slider } from "../parts/controls.tsx";
import { LabelChoice, labelKey } from "../parts/label-choice.tsx";
import { Lines } from "../parts/lines.tsx";
import { ResultBar } from "../parts/result-bar.tsx";
import { Status, useTask } from "../parts/status.tsx";
import { useKeptSeed, useParams } from "../place.ts";
import { integerField, numberField, optionalNumberField, optionalTextField } from "../pure/link.ts";
import { ask } from "../server.ts";
import { freshSeed, Layout, type Result, shareOf, type ViewProps } from "./view.tsx";

const LARGEST_SEED = 2 ** 32 - 1;

const fieldsOf = ({ max_length }: ViewProps["details"]) => ({
  n: integerField(8, 1, 64),
  label: optionalTextField(),
  /** Standard deviation of the points that are drawn; 1 is that of the prior. */
  prior_temperature: numberField(1, 0.2, 2),
  /** 0: the likeliest word each time. */
  temperature: numberField(0, 0, 5),
  top_k: optionalNumberField(1, 1_000_000, true),
  top_p: numberField(1, 0.05, 1),
  max_length: optionalNumberField(1, max_length, true),
  seed: integerField(1, 0, LARGEST_SEED),
});

export function Samples({ tab, model, details }: ViewProps) {
  const [initial] = useState(() => ({ seed: freshSeed() }));
  const fields = useMemo(() => fieldsOf(details), [details]);
  const { values, set, go, settle, link } = useParams(tab, model, fields, initial);
  const task = useTask();
  const { n, prior_temperature, temperature, top_k, top_p, max_length, seed } = values;
  const drawn = temperature > 0;
  const onSphere = details.settings.prior === "sphere";
  const request = {
    n,
    ...labelKey(details, values.label),
    ...(prior_temperature !== 1 && !onSphere && { prior_temperature }),
    ...(drawn && { temperature }),
    ...(drawn && top_k !== undefined && { top_k }),
    ...(drawn && top_p < 1 && { top_p }),
    ...(max_length !== undefined && { max_length }),
    seed,
  };
  const [result, setResult] = useState<Result<typeof request, readonly WrittenText[]>>();
  const texts = result?.reply ?? [];
  useKeptSeed(tab, seed, settle);

  useEffect(() => {
    task.start(async (signal) => {
      const written: WrittenText[] = [];
      for await (const text of ask(model).generateEach(request, { signal })) {
        written.push(text);
        setResult({ request, link, reply: [...written] });
      }
    });
  }, [link]);

  const running = task.state.value.kind === "running";
  return (
    <Layout
      title="Sentences from points that nobody has visited."
      actions={
        <>
          <button type="button" class="primary" onClick={() => go({ seed: freshSeed() })}>
            Again
          </button>
          <button type="button" class="secondary" disabled={!running} onClick={() => task.stop()}>
            Stop
          </button>
        </>
      }
      panel={
        <>
          <NumberBox
            label="Seed"
            value={seed}
            min={0}
            max={LARGEST_SEED}
            empty="random"
            onChange={(value) => go({ seed: value ?? freshSeed() })}
          />
          <LabelChoice details={details} value={values.label} onChange={(value) => set({ label: value })} />
          <Slider label="Sentences" value={n} min={1} max={Math.max(32, n)} onChange={(value) => set({ n: value })} />
          <Slider
            label="Spread"
            value={onSphere ? 1 : prior_temperature}
            min={Math.min(0.5, prior_temperature)}
            max={Math.max(1.5, prior_temperature)}
            step={0.05}
            disabled={onSphere}
            show={(value) => (value === 1 ? "as the prior" : value.toFixed(2))}
            hint={onSphere ? "Points lie on a sphere." : "Less: more usual sentences. More: rarer ones."}
            onChange={(value) => set({ prior_temperature: value })}
          />
          <Slider
            label="Temperature"
            value={temperature}
            min={0}
            max={Math.max(1.5, temperature)}
            step={0.05}
            show={(value) => (value === 0 ? "greedy" : value.toFixed(2))}
            hint={drawn ? "Words are drawn." : "The likeliest word each time; only the point is random."}
            onChange={(value) => set({ temperature: value })}
          />
          <Slider
            label="Top-p"
            value={top_p}
            min={0.05}
            max={1}
            step={0.05}
            disabled={!drawn}
            show={(value) => (value === 1 ? "all words" : value.toFixed(2))}
            onChange={(value) => set({ top_p: value })}
          />
          <div class="pair">
            <NumberBox
              label="Top-k"
              value={top_k}
              min={1}
              max={1_000_000}
              empty="all words"
              disabled={!drawn}
              onChange={(value) => set({ top_k: value })}
            />
            <NumberBox
              label="Longest"
              value={max_length}
              min={1}
              max={details.max_length}
              empty={`${details.max_length} tokens`}
              onChange={(value) => set({ max_length: value })}
            />
          </div>
        </>
      }
    >
      <div aria-live="polite" aria-busy={running}>
        <Lines
          plain
          model={model}
          lines={texts.map(({ text, finish_reason }, i) => ({
            text,
            t: shareOf(i, result?.request.n ?? n),
            cut: finish_reason === "length",
          }))}
        />
      </div>
      <Status task={task} />
      {result && (
        <ResultBar
          name={`samples-${result.request.seed}`}
          model={model}
          texts={texts.map(({ text }) => text)}
          rows={texts.map(({ index, text, tokens, finish_reason }) => ({
            ...{ seed: result.request.seed, index, text, tokens, finish_reason },
          }))}
          calls={[{ operation: "generate", request: result.request }]}
          link={result.link}
        />
      )}
    </Layout>
  );
}
