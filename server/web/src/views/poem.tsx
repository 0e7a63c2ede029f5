// Poem: lines along the way from a first line to a last; what is good is locked, the rest is rolled again.
import { useEffect, useRef, useState } from "preact/hooks";
import { Choice, Examples, Slider } from "../parts/controls.tsx";
import { LockIcon, RollIcon } from "../parts/icons.tsx";
import { LabelChoice, labelKey } from "../parts/label-choice.tsx";
import { LineText, Stop } from "../parts/lines.tsx";
import { ResultBar } from "../parts/result-bar.tsx";
import { Status, useTask } from "../parts/status.tsx";
import { TextBox } from "../parts/text-box.tsx";
import { useParams } from "../place.ts";
import {
  choiceField,
  indexesField,
  integerField,
  numberField,
  numbersField,
  optionalTextField,
  textField,
} from "../pure/link.ts";
import { type Code, similarCode } from "../pure/plane.ts";
import { examplePairs } from "../pure/presets.ts";
import type { ApiCall } from "../pure/snippets.ts";
import { ask } from "../server.ts";
import { Layout, shareOf, type ViewProps } from "./view.tsx";

/** Nearer, a line that is rolled again would be the same. */
const CLOSEST = 0.95;

const FIELDS = {
  from: textField(),
  to: textField(),
  n: integerField(8, 2, 32),
  path: choiceField("spherical", ["linear", "spherical"]),
  label: optionalTextField(),
  /** How near a line that is rolled again stays to its place on the way. */
  closeness: numberField(0.75, 0, CLOSEST),
  /** The same of each line, where not all are as near: what is locked keeps its own. */
  near: numbersField(0, CLOSEST, 32),
  /** How often each line was rolled; 0: as it stands on the way. Not given: until no line says what one before it says. */
  rolls: indexesField(32),
  locked: indexesField(32),
};

const PATHS = [
  { value: "linear", label: "Straight" },
  { value: "spherical", label: "Arc" },
] as const;

/** Rolls of a line that repeats another, before it is left as it is. */
const TRIES = 4;

interface Way {
  readonly key: string;
  readonly codes: readonly Code[];
  /** Texts by what {@link rolledKey} makes of a line's roll. */
  readonly texts: Map<string, string>;
}

/** A poem that has been written, and what it was written from. */
interface Made {
  readonly asked: string;
  readonly lines: readonly string[];
  readonly rolls: readonly number[];
  readonly calls: readonly ApiCall[];
  readonly link: string;
}

export function Poem({ tab, model, details }: ViewProps) {
  const pairs = examplePairs(details.examples);
  const [initial] = useState(() => ({ from: pairs[0]?.[0] ?? "", to: pairs[0]?.[1] ?? "" }));
  const { values, set, go, settle, link } = useParams(tab, model, FIELDS, initial);
  const [made, setMade] = useState<Made>();
  const lines = made?.lines ?? [];
  const way = useRef<Way>(undefined);
  const task = useTask();
  const { from, to, n, path, closeness } = values;
  const rolls = Array.from({ length: n }, (_, i) => values.rolls?.[i] ?? 0);
  const near = Array.from({ length: n }, (_, i) => values.near?.[i] ?? closeness);
  const locked = new Set(values.locked ?? []);
  const labelled = labelKey(details, values.label);
  const request = { from, to, steps: n, path, return_codes: true, ...labelled };

  const asked = JSON.stringify([request, near, values.rolls]);
  useEffect(() => {
    if (from.trim() === "" || to.trim() === "") return task.stop();
    task.start(async (signal) => {
      const key = JSON.stringify(request);
      if (way.current?.key !== key) {
        const { texts } = await ask(model).interpolate(request, { signal });
        const known = new Map(texts.map(({ text }, i) => [rolledKey(i, 0, 1), text]));
        way.current = { key, codes: texts.map(({ code }) => code ?? []), texts: known };
      }
      const { codes, texts } = way.current;
      const calls: ApiCall[] = [{ operation: "interpolate", request }];
      const write = async (wanted: readonly number[]) => {
        const keys = wanted.map((roll, i) => rolledKey(i, roll, near[i] ?? closeness));
        const rolled = wanted.flatMap((roll, i) =>
          roll > 0 ? [{ key: keys[i] ?? "", code: rolledCode(codes[i] ?? [], near[i] ?? closeness, i, roll) }] : [],
        );
        const missing = rolled.filter(({ key }) => !texts.has(key));
        if (missing.length > 0) {
          const codes = missing.map(({ code }) => [...code]);
          const reply = await ask(model).decode({ codes, ...labelled }, { signal });
          for (const [k, { key }] of missing.entries()) texts.set(key, reply.texts[k]?.text ?? "");
        }
        if (rolled.length > 0) {
          const codes = rolled.map(({ code }) => code);
          calls[1] = { operation: "decode", request: { codes, ...labelled } };
        }
        return keys.map((key) => texts.get(key) ?? "");
      };
      let settled: readonly number[] = rolls;
      let poem = await write(settled);
      for (let tries = 0; values.rolls === undefined && tries < TRIES; tries++) {
        const repeats = poem.map((line, i) => poem.indexOf(line) < i && i < n - 1);
        if (!repeats.includes(true)) break;
        settled = settled.map((roll, i) => (repeats[i] ? roll + 1 : roll));
        poem = await write(settled);
      }
      setMade({ asked, lines: poem, rolls: settled, calls, link });
      if (values.rolls === undefined && settled.some((roll) => roll > 0)) settle({ rolls: settled });
    });
  }, [asked]);

  /** As near as the slider says for these lines, all others as they were. */
  const nearAgain = (which: (i: number) => boolean, closeness: number) => {
    const changed = near.map((own, i) => (which(i) ? closeness : own));
    return { closeness, near: changed.every((own) => own === closeness) ? undefined : changed };
  };
  const roll = (which: (i: number) => boolean) =>
    go({ rolls: rolls.map((count, i) => (which(i) ? count + 1 : count)), ...nearAgain(which, closeness) });
  const lock = (i: number) => {
    const next = new Set(locked);
    if (!next.delete(i)) next.add(i);
    set({ rolls, locked: [...next].sort((a, b) => a - b) });
  };
  const anew = { rolls: undefined, locked: undefined, near: undefined };
  return (
    <Layout
      kind="poem"
      title="A poem along the way. Lock the lines you like and roll the others again."
      actions={
        <button
          type="button"
          class="primary"
          disabled={lines.length === 0 || locked.size >= n}
          onClick={() => roll((i) => !locked.has(i))}
        >
          {locked.size > 0 ? "Roll the others" : "Roll all lines"}
        </button>
      }
      panel={
        <>
          <TextBox
            label="First line from"
            value={from}
            model={model}
            onCommit={(text) => set({ from: text, ...anew })}
          />
          <TextBox label="Last line from" value={to} model={model} onCommit={(text) => set({ to: text, ...anew })} />
          <Slider
            label="Lines"
            value={n}
            min={2}
            max={Math.max(20, n)}
            onChange={(value) => set({ n: value, ...anew })}
          />
          <Choice label="Path" value={path} choices={PATHS} onChange={(value) => set({ path: value, ...anew })} />
          <LabelChoice details={details} value={values.label} onChange={(value) => set({ label: value, ...anew })} />
          <Slider
            label="Closeness of a roll"
            value={closeness}
            min={0}
            max={CLOSEST}
            step={0.05}
            show={(value) => value.toFixed(2)}
            onChange={(value) => set(nearAgain((i) => !locked.has(i), value))}
          />
          <Examples label="From the corpus">
            {pairs.slice(1, 4).map(([a, b]) => (
              <button key={a} type="button" class="example" onClick={() => go({ from: a, to: b, ...anew })}>
                <span dir="auto">{a}</span>
                <span dir="auto">{b}</span>
              </button>
            ))}
          </Examples>
        </>
      }
    >
      <ol class="walk verses" aria-live="polite" aria-busy={task.state.value.kind === "running"}>
        {lines.map((text, i) => (
          <Stop key={i} line={{ text, t: shareOf(i, lines.length) }} order={i}>
            <LineText key={text} text={text} />
            <span class="verse-tools">
              <button
                type="button"
                class={`quiet lock${locked.has(i) ? " closed" : ""}`}
                aria-pressed={locked.has(i)}
                aria-label={`Lock line ${i + 1}`}
                onClick={() => lock(i)}
              >
                <LockIcon closed={locked.has(i)} />
              </button>
              <button
                type="button"
                class="quiet"
                disabled={locked.has(i)}
                aria-label={`Roll line ${i + 1} again`}
                onClick={() => roll((k) => k === i)}
              >
                <RollIcon />
              </button>
            </span>
          </Stop>
        ))}
      </ol>
      <Status task={task} />
      {made && (
        <ResultBar
          name="poem"
          model={model}
          texts={lines}
          rows={lines.map((text, i) => ({ text, line: i + 1, rolled: made.rolls[i] ?? 0, locked: locked.has(i) }))}
          calls={made.calls}
          // Of the same lines, those that are locked now.
          link={made.asked === asked ? link : made.link}
        />
      )}
    </Layout>
  );
}

/** What a line's text hangs on, beside the way; a line as it stands there is as near as can be. */
function rolledKey(line: number, roll: number, closeness: number): string {
  return `${line} ${roll} ${roll > 0 ? closeness : 1}`;
}

/** The code of a line that was rolled: near its place, and the same for the same line and roll. */
function rolledCode(code: Code, closeness: number, line: number, roll: number): number[] {
  return similarCode(code, closeness, (line + 1) * 65_537 + roll);
}
