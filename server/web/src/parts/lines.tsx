// Lines that the model wrote: along a walk, each in its colour, with what can be done with it.
import type { ComponentChildren } from "preact";
import { linkTo } from "../place.ts";
import { changedWords } from "../pure/words.ts";
import { useCopy } from "./copy.ts";

export interface Line {
  readonly text: string;
  /** Where it stands on the way, from 0 to 1. */
  readonly t: number;
  /** The text whose words are not marked; none are where there is none. */
  readonly before?: string | undefined;
  /** Written until the maximal length, not to its end. */
  readonly cut?: boolean;
  /** A word or two about it. */
  readonly note?: string;
  /** A CSS colour in place of the walk's at `t`. */
  readonly colour?: string;
}

/** The words of a line, those marked that changed; a line that says the same again is paler. */
export function LineText({ text, before, cut = false }: { text: string; before?: string | undefined; cut?: boolean }) {
  const segments = before === undefined ? [{ text, marked: false }] : changedWords(before, text);
  return (
    <p class={`line${before === text ? " again" : ""}`} dir="auto">
      {segments.map((segment, i) => (segment.marked ? <em key={i}>{segment.text}</em> : segment.text))}
      {text === "" && <span class="silent">(an empty line)</span>}
      {cut && (
        <abbr class="cut" title="cut at the maximal length">
          …
        </abbr>
      )}
    </p>
  );
}

/** One stop of a walk: its dot on the line, and what stands there. */
export function Stop({ line, order, children }: { line: Line; order: number; children: ComponentChildren }) {
  return (
    <li
      class="stop"
      tabIndex={-1}
      style={{
        "--t": `${(100 * line.t).toFixed(2)}%`,
        "--order": String(order),
        ...(line.colour !== undefined && { "--c": line.colour }),
      }}
    >
      <span class="dot" aria-hidden="true" />
      {children}
    </li>
  );
}

/** Lines one below another. `model` is the one that the actions beside them go to. */
export function Lines({ lines, model, plain = false }: { lines: readonly Line[]; model: string; plain?: boolean }) {
  return (
    <ol class={`walk${plain ? " plain" : ""}`}>
      {lines.map((line, i) => (
        <Stop key={i} line={line} order={i}>
          {/* A line that says something else is another element, so that it comes in anew; what can be done with it keeps the focus. */}
          <LineText key={line.text} text={line.text} before={line.before} cut={line.cut ?? false} />
          {line.note && <span class={`line-note${line.note.length > 6 ? " wordy" : ""}`}>{line.note}</span>}
          <LineActions text={line.text} model={model} />
        </Stop>
      ))}
    </ol>
  );
}

/** Where to go from a line. */
export function LineActions({ text, model }: { text: string; model: string }) {
  const { copied, copy } = useCopy();
  if (text === "") return null;
  return (
    <span class="line-actions">
      <a href={linkTo("neighbourhood", model, { text })}>vary</a>
      <a href={linkTo("gradient", model, { from: text })}>walk from</a>
      <a href={linkTo("gradient", model, { to: text })}>walk to</a>
      <button type="button" onClick={() => copy(text)}>
        {copied ? "copied" : "copy"}
      </button>
    </span>
  );
}
