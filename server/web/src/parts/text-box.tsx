// A box for a sentence, or for several, one a line: it marks in place what the model does not know.
import { useEffect, useId, useState } from "preact/hooks";
import type { InputText } from "../../../client.ts";
import { linesIn, MOST_LINES } from "../pure/lines.ts";
import { clipped } from "../pure/models.ts";
import { markWords } from "../pure/words.ts";
import { ask, modelDetails } from "../server.ts";
import { useDraft } from "./draft.ts";

export interface TextBoxProps {
  readonly label: string;
  readonly value: string;
  readonly model: string;
  /** Called with the text when writing pauses, and at once for the Enter key. */
  readonly onCommit: (text: string) => void;
  /** Whether it holds several sentences, one a line. */
  readonly several?: boolean;
  readonly large?: boolean;
}

const COMMIT_AFTER = 500;
const INSPECT_AFTER = 250;

export function TextBox({ label, value, model, onCommit, several = false, large = false }: TextBoxProps) {
  const id = useId();
  const draft = useDraft(value, onCommit, several ? sameLines : Object.is);
  const [composing, setComposing] = useState(false);
  useEffect(() => {
    // What is half composed, as a syllable on its way to a character, is no text yet.
    if (composing) return;
    const timer = setTimeout(draft.commit, COMMIT_AFTER);
    return () => clearTimeout(timer);
  }, [draft.value, composing]);

  const inputs = useInspection(model, draft.value, several);
  const unknown = [...new Set(inputs.flatMap((input) => input.unknown))];
  const most = (modelDetails.value?.limits.text ?? 2_000) * (several ? MOST_LINES : 1);
  const notes = notesOf(inputs, unknown, draft.value, several);
  if (draft.value.length >= most) notes.push(`The box is full: it takes ${most.toLocaleString("en")} characters.`);
  return (
    <div class={`text-box${large ? " large" : ""}${several ? " several" : ""}`}>
      <label for={id}>{label}</label>
      <div class="text-field">
        <div class="text-marks" aria-hidden="true" dir="auto">
          {markWords(draft.value, unknown).map(({ text, marked }, i) => (marked ? <mark key={i}>{text}</mark> : text))}
          {/* A last line that is empty has no height without something in it. */}
          {"\u200b"}
        </div>
        <textarea
          id={id}
          rows={1}
          value={draft.value}
          dir="auto"
          maxLength={most}
          spellcheck={false}
          autocapitalize="off"
          aria-describedby={`${id}-notes`}
          onInput={({ currentTarget }) => draft.set(several ? currentTarget.value : oneLine(currentTarget.value))}
          onCompositionStart={() => setComposing(true)}
          onCompositionEnd={() => setComposing(false)}
          onBlur={draft.commit}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || (several && !event.ctrlKey && !event.metaKey) || event.isComposing) return;
            event.preventDefault();
            draft.commit();
          }}
        />
      </div>
      <div class="notes" id={`${id}-notes`} aria-live="polite">
        {notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
      </div>
    </div>
  );
}

/** What the model reads of a text that is being written. Without an answer nothing is marked: it is a help, no more. */
function useInspection(model: string, draft: string, several: boolean): readonly InputText[] {
  const [inputs, setInputs] = useState<readonly InputText[]>([]);
  useEffect(() => {
    const texts = several ? linesIn(draft) : draft.trim() === "" ? [] : [draft];
    if (texts.length === 0) {
      setInputs([]);
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      try {
        setInputs((await ask(model).inspect({ texts }, { signal: controller.signal })).inputs);
      } catch {
        // Aborted, or refused: the request that writes will tell what is wrong.
      }
    }, INSPECT_AFTER);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [model, draft, several]);
  return inputs;
}

function notesOf(inputs: readonly InputText[], unknown: readonly string[], draft: string, several: boolean): string[] {
  const notes: string[] = [];
  const limit = modelDetails.value?.max_length;
  if (unknown.length > 0)
    notes.push(`Unknown to this model: ${listed(unknown)}.${caseHint(unknown)}${spacingHint(unknown)}`);
  const long = inputs.find(({ truncated }) => truncated);
  if (long) {
    const what = several ? "A line has" : "This has";
    notes.push(`${what} ${long.tokens} tokens; the model reads ${limit ?? "fewer"} and leaves out the rest.`);
  }
  if (several && linesIn(draft, MOST_LINES + 1).length > MOST_LINES) {
    notes.push(`The first ${MOST_LINES} lines count.`);
  }
  if (draft.trim() === "") notes.push(several ? "Write one sentence a line." : "Write a sentence.");
  return notes;
}

/** A usual cause with a corpus that was put into lower case. */
function caseHint(unknown: readonly string[]): string {
  const examples = modelDetails.value?.examples.join("") ?? "";
  const lower = examples !== "" && examples === examples.toLowerCase();
  return lower && unknown.some((word) => word !== word.toLowerCase()) ? " Its corpus is in lower case." : "";
}

/** The usual cause with a corpus whose words and marks are set apart by spaces. */
function spacingHint(unknown: readonly string[]): string {
  const joined = unknown.find((word) => /[\p{L}\p{N}][.,!?;:]+$/u.test(word));
  if (joined === undefined || modelDetails.value?.tokenizer !== "whitespace") return "";
  return ` It knows words set apart by spaces: “${joined.replace(/([.,!?;:]+)$/, " $1")}”.`;
}

function listed(words: readonly string[]): string {
  const shown = words.slice(0, 4).map((word) => `“${clipped(word)}”`);
  const rest = words.length - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}

function sameLines(a: string, b: string): boolean {
  return linesIn(a).join("\n") === linesIn(b).join("\n");
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}
