// What a visitor is writing in a control, before it counts.
import { useRef, useState } from "preact/hooks";

export interface Draft<T> {
  readonly value: T;
  readonly set: (value: T) => void;
  /** Hands the draft on, unless it is what was handed on or given last. */
  readonly commit: () => void;
}

/**
 * A draft that begins as `value` and is replaced when `value` changes elsewhere. That happens while rendering and not in an effect:
 * an effect runs after the paint, and took back what had been typed by then. What was committed and comes back as `value` replaces
 * nothing, as more may have been typed since; nor does what is the same by `isSame`, as a text without the spaces around it.
 */
export function useDraft<T>(
  value: T,
  onCommit: (value: T) => void,
  isSame: (a: T, b: T) => boolean = Object.is,
): Draft<T> {
  const [draft, set] = useState(value);
  const given = useRef(value);
  const settled = useRef(value);
  let current = draft;
  if (given.current !== value) {
    given.current = value;
    if (!isSame(settled.current, value)) {
      settled.current = value;
      current = value;
      set(value);
    }
  }
  const commit = () => {
    if (isSame(current, settled.current)) return;
    settled.current = current;
    onCommit(current);
  };
  return { value: current, set, commit };
}
