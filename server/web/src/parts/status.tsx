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

export function Status({ task }: { task: Task }) {
  const state = task.state.value;
  return (
    <div class="status" role="status">
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
