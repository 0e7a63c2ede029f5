// The controls of all views: sliders, numbers, choices.
import type { ComponentChildren } from "preact";
import { useEffect, useId } from "preact/hooks";
import { useDraft } from "./draft.ts";
import { ChevronIcon } from "./icons.tsx";

export interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly onChange: (value: number) => void;
  /** How the value is written beside the label. */
  readonly show?: (value: number) => string;
  readonly hint?: string;
  readonly disabled?: boolean;
}

/** Tells the value while it moves, and changes it when it rests. */
export function Slider({ label, value, min, max, step = 1, onChange, show = String, hint, disabled }: SliderProps) {
  const id = useId();
  const draft = useDraft(value, onChange);
  useEffect(() => {
    const timer = setTimeout(draft.commit, 180);
    return () => clearTimeout(timer);
  });
  const share = max > min ? (draft.value - min) / (max - min) : 0;
  return (
    <div class="control">
      <div class="control-head">
        <label for={id}>{label}</label>
        <output for={id}>{show(draft.value)}</output>
      </div>
      <input
        id={id}
        class="slider"
        type="range"
        min={min}
        max={max}
        step={step}
        value={draft.value}
        disabled={disabled ?? false}
        aria-valuetext={show(draft.value)}
        style={{ "--share": `${(100 * share).toFixed(1)}%` }}
        onInput={({ currentTarget }) => draft.set(currentTarget.valueAsNumber)}
      />
      {hint && <p class="hint">{hint}</p>}
    </div>
  );
}

export interface NumberBoxProps {
  readonly label: string;
  readonly value: number | undefined;
  readonly min: number;
  readonly max: number;
  /** What an empty box means. */
  readonly empty: string;
  readonly onChange: (value: number | undefined) => void;
  readonly disabled?: boolean;
}

/** A whole number, or nothing. What is out of range is told at the box and changes nothing. */
export function NumberBox({ label, value, min, max, empty, onChange, disabled }: NumberBoxProps) {
  const id = useId();
  const draft = useDraft(value === undefined ? "" : String(value), (text) =>
    onChange(text === "" ? undefined : Number(text)),
  );
  const number = Number(draft.value);
  const fits = draft.value === "" || (Number.isInteger(number) && number >= min && number <= max);
  const commit = () => {
    if (fits) draft.commit();
  };
  return (
    <div class="control">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="number"
        inputMode="numeric"
        autocomplete="off"
        value={draft.value}
        placeholder={empty}
        disabled={disabled ?? false}
        aria-invalid={!fits}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) => draft.set(currentTarget.value.trim())}
        onBlur={commit}
        onKeyDown={({ key }) => {
          if (key === "Enter") commit();
        }}
      />
      <p class="hint" id={`${id}-hint`}>
        {fits ? "" : `Expected a whole number from ${min} to ${max}.`}
      </p>
    </div>
  );
}

export interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  readonly hint?: string;
}

/** One of a few, all in sight. */
export function Choice<T extends string>({ label, value, choices, onChange, hint }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset class="control choice">
      <legend>{label}</legend>
      <div class="choice-row">
        {choices.map((choice) => (
          <label key={choice.value}>
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
      {hint && <p class="hint">{hint}</p>}
    </fieldset>
  );
}

export interface PickerProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly label: string; readonly disabled?: boolean }[];
  readonly onChange: (value: string) => void;
  /** Called when the list is about to be seen. */
  readonly onOpen?: () => void;
}

/** One of many, named in a list. */
export function Picker({ label, value, choices, onChange, onOpen }: PickerProps) {
  return (
    <label class="picker">
      <span class="picker-label">{label}</span>
      <span class="picker-field">
        <select
          value={value}
          onFocus={onOpen}
          onPointerDown={onOpen}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value} disabled={choice.disabled ?? false}>
              {choice.label}
            </option>
          ))}
        </select>
        <ChevronIcon />
      </span>
    </label>
  );
}

/** A row of example buttons under a heading. */
export function Examples({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="control wide examples">
      <h2>{label}</h2>
      {children}
    </div>
  );
}
