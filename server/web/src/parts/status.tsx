// How work is going, said in place: one sentence, and a way out.
import { useEffect, useMemo, useState } from "preact/hooks";
import { giveToken } from "../server.ts";
import { Task } from "../task.ts";

/** A task that ends with the view. */
export function useTask(): Task {
  const task = useMemo(() => new Task(), []);
  useEffect(() => () => task.stop(), [task]);
  return task;
}

/** Milliseconds after which work is told to be under way: most is done before. */
const LATE = 400;

export interface StatusProps {
  readonly task: Task;
  /** What is being done, while it is. */
  readonly doing?: string;
}

export function Status({ task, doing = "Writing…" }: StatusProps) {
  const state = task.state.value;
  const isLate = useLate(state.kind === "running");
  return (
    <div class="status" role="status">
      {isLate && <p class="waiting doing">{doing}</p>}
      {state.kind === "waiting" && <p class="waiting">{state.note}</p>}
      {state.kind === "failed" && (
        <div class="failed">
          <p>{state.message}</p>
          {state.code === "unauthorized" || state.code === "bad_token" ? (
            <TokenForm />
          ) : (
            <button type="button" onClick={() => task.retry()}>
              Try again
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** Whether something has been so for a while. */
function useLate(is: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!is) return;
    const timer = setTimeout(() => setLate(true), LATE);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [is]);
  return is && late;
}

function TokenForm() {
  const [token, setToken] = useState("");
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault();
        if (token !== "") giveToken(token);
      }}
    >
      <label>
        Token
        <input
          class="number"
          type="password"
          autocomplete="off"
          value={token}
          onInput={({ currentTarget }) => setToken(currentTarget.value.trim())}
        />
      </label>
      <button type="submit">Use it</button>
    </form>
  );
}
