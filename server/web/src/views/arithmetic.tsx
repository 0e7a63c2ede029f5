// Arithmetic: my sentence, plus some of these, minus some of those.
import { useEffect, useState } from "preact/hooks";
import type { ArithmeticReply } from "../../../client.ts";
import { Slider } from "../parts/controls.tsx";
import { LabelChoice, labelKey } from "../parts/label-choice.tsx";
import { type Line, Lines } from "../parts/lines.tsx";
import { ResultBar } from "../parts/result-bar.tsx";
import { Status, useTask } from "../parts/status.tsx";
import { TextBox } from "../parts/text-box.tsx";
import { useParams } from "../place.ts";
import { linesIn, MOST_LINES } from "../pure/lines.ts";
import { integerField, numberField, optionalTextField, textField, textsField } from "../pure/link.ts";
import { clearPreset, openingOf, type Preset, presetFor, presetsOf } from "../pure/presets.ts";
import { ask, unclearTo } from "../server.ts";
import { Layout, type Result, shareOf, type ViewProps } from "./view.tsx";

const POINTS = 1_500;

const FIELDS = {
  text: textField(),
  plus: textsField([], MOST_LINES),
  minus: textsField([], MOST_LINES),
  least: numberField(0, -4, 4),
  most: numberField(2, -4, 4),
  steps: integerField(5, 1, 16),
  label: optionalTextField(),
};

/** Contrasts found in the corpus, and the one to begin with. */
interface Found {
  readonly presets: readonly Preset[];
  readonly first: Preset | undefined;
}

export function Arithmetic({ tab, model, details }: ViewProps) {
  const [found, setFound] = useState<Found>();
  const { presets = [], first } = found ?? {};
  const [initial] = useState(() => ({ text: openingOf(details.examples) }));
  const { values, set, go, settle, link } = useParams(tab, model, FIELDS, initial);
  const finding = useTask();
  const task = useTask();
  const { text, plus, minus, least, most, steps } = values;
  const request = {
    text,
    plus: [...plus],
    minus: [...minus],
    strengths: strengthsOf(least, most, steps),
    ...labelKey(details, values.label),
  };
  const [result, setResult] = useState<Result<typeof request, ArithmeticReply>>();

  useEffect(() => {
    if (details.neighbours === "unavailable") return;
    finding.start(async (signal) => {
      const { points } = await ask(model).map(POINTS, { signal });
      const wide = presetsOf(points);
      const unclear = await unclearTo(model, unique(wide.flatMap(({ plus, minus }) => [...plus, ...minus])), signal);
      const presets = wide.map((preset) => clearPreset(preset, unclear));
      const own = points.find((point) => point.text === text);
      const isAsked = own === undefined && points.some(({ label }) => label !== undefined) && text.trim() !== "";
      const near = isAsked ? (await ask(model).neighbours({ text, n: 1 }, { signal })).neighbours[0] : own;
      setFound({ presets, first: presetFor(presets, { text, label: near?.label }) });
    });
  }, [model]);
  // Opens on a contrast that changes the sentence, unless a link brought examples.
  useEffect(() => {
    if (first && plus.length === 0 && minus.length === 0) settle({ plus: first.plus, minus: first.minus });
  }, [first]);
  useEffect(() => {
    if (text.trim() === "" || plus.length === 0 || minus.length === 0) {
      setResult(undefined);
      return task.stop();
    }
    task.start(async (signal) => {
      const reply = await ask(model).arithmetic(request, { signal });
      setResult({ request, link, reply });
    });
  }, [link]);

  const lines = result ? linesOf(result.reply) : [];
  return (
    <Layout
      title="Your sentence, plus some of these, minus some of those."
      panel={
        <>
          <Slider
            label="From strength"
            value={least}
            min={-4}
            max={4}
            step={0.5}
            show={signed}
            onChange={(value) => set({ least: value })}
          />
          <Slider
            label="To strength"
            value={most}
            min={-4}
            max={4}
            step={0.5}
            show={signed}
            onChange={(value) => set({ most: value })}
          />
          <Slider label="Steps" value={steps} min={1} max={16} onChange={(value) => set({ steps: value })} />
          <LabelChoice details={details} value={values.label} onChange={(value) => set({ label: value })} />
          {presets.length > 0 && (
            <div class="control wide">
              <h2>Towards, by lines of the corpus</h2>
              <div class="presets">
                {presets.map((preset) => (
                  <button
                    key={preset.name}
                    type="button"
                    aria-pressed={same(preset.plus, plus) && same(preset.minus, minus)}
                    onClick={() => go({ plus: preset.plus, minus: preset.minus })}
                  >
                    {preset.name}
                  </button>
                ))}
              </div>
            </div>
          )}
          {found && presets.length === 0 && (
            <p class="hint">The corpus has no contrast that is known here: write some sentences on either side.</p>
          )}
          <Status task={finding} doing="Looking for contrasts in the corpus…" />
        </>
      }
    >
      <TextBox large label="Your sentence" value={text} model={model} onCommit={(given) => set({ text: given })} />
      <div class="sets">
        <div class="set plus">
          <TextBox
            several
            label="Plus the direction of these, one a line"
            value={plus.join("\n")}
            model={model}
            onCommit={(given) => set({ plus: linesIn(given) })}
          />
        </div>
        <div class="set minus">
          <TextBox
            several
            label="Minus that of these"
            value={minus.join("\n")}
            model={model}
            onCommit={(given) => set({ minus: linesIn(given) })}
          />
        </div>
      </div>
      <div class="sums" aria-live="polite" aria-busy={task.state.value.kind === "running"}>
        <Lines lines={lines} model={model} />
      </div>
      <Status task={task} />
      {result && (
        <ResultBar
          name="arithmetic"
          model={model}
          texts={lines.map((line) => line.text)}
          rows={lines.map((line, i) => ({
            text: line.text,
            strength: result.reply.strengths[i] ?? null,
            of: result.request.text,
          }))}
          calls={[{ operation: "arithmetic", request: result.request }]}
          link={result.link}
        />
      )}
    </Layout>
  );
}

function linesOf({ texts, strengths }: ArithmeticReply): Line[] {
  return texts.map(({ text, finish_reason }, i) => ({
    text,
    t: shareOf(i, texts.length),
    before: texts[i - 1]?.text,
    cut: finish_reason === "length",
    note: signed(strengths[i] ?? 0),
  }));
}

function strengthsOf(least: number, most: number, steps: number): number[] {
  return Array.from({ length: steps }, (_, i) => Number((least + (most - least) * shareOf(i, steps)).toFixed(3)));
}

function signed(value: number): string {
  if (value === 0) return "0";
  return `${value > 0 ? "+" : "−"}${Number(Math.abs(value).toFixed(2))}`;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}
