import { describe, expect, it } from "vitest";
import { ApiError } from "../../server/client.ts";
import { Task } from "../../server/web/src/task.ts";

/** A task whose pauses take no time, and the seconds it would have paused. */
function impatient(): { task: Task; pauses: number[] } {
  const pauses: number[] = [];
  const task = new Task(async (milliseconds) => {
    pauses.push(milliseconds / 1_000);
  });
  return { task, pauses };
}

const refusal = (status: number, code: string, retryAfter?: number) =>
  new ApiError(status, { code, message: "no" }, retryAfter);
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("a task", () => {
  it("is idle, runs, and is idle again", async () => {
    const { task } = impatient();
    expect(task.state.value.kind).toBe("idle");
    task.start(async () => {});
    expect(task.state.value.kind).toBe("running");
    await settled();
    expect(task.state.value.kind).toBe("idle");
  });

  it("tries again after the time that the server asks for", async () => {
    const { task, pauses } = impatient();
    let tries = 0;
    task.start(async () => {
      if (++tries < 3) throw refusal(429, "overloaded", 2);
    });
    await settled();
    expect([tries, pauses, task.state.value.kind]).toEqual([3, [2, 2], "idle"]);
  });

  it("gives up on a server that stays busy, and starts anew when asked", async () => {
    const { task } = impatient();
    let tries = 0;
    task.start(async () => {
      tries++;
      if (tries <= 6) throw refusal(503, "unavailable");
    });
    await settled();
    expect(task.state.value).toEqual({ kind: "failed", message: "no.", code: "unavailable" });
    expect(tries).toBe(6);
    task.retry();
    await settled();
    expect(task.state.value.kind).toBe("idle");
  });

  it("waits as long as an index takes", async () => {
    const { task, pauses } = impatient();
    let tries = 0;
    task.start(async () => {
      if (++tries <= 40) throw refusal(503, "index_not_ready", 3);
    });
    await settled();
    expect([tries, pauses.length, task.state.value.kind]).toEqual([41, 40, "idle"]);
  });

  it("says at once what another try would not mend", async () => {
    const { task, pauses } = impatient();
    task.start(async () => {
      throw refusal(422, "invalid");
    });
    await settled();
    expect([task.state.value, pauses]).toEqual([{ kind: "failed", message: "no.", code: "invalid" }, []]);
    task.start(async () => {
      throw new TypeError("fetch failed");
    });
    await settled();
    expect(task.state.value).toMatchObject({ message: "The server cannot be reached." });
  });

  it("leaves what is under way for what is newer, and hears no more of it", async () => {
    const { task } = impatient();
    let aborted = false;
    task.start(async (signal) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      aborted = true;
      throw new Error("too late");
    });
    task.start(async () => {});
    await settled();
    expect([aborted, task.state.value.kind]).toEqual([true, "idle"]);
  });

  it("stops", async () => {
    const { task } = impatient();
    let signal: AbortSignal | undefined;
    task.start((given) => {
      signal = given;
      return new Promise(() => {});
    });
    task.stop();
    expect([signal?.aborted, task.state.value.kind]).toEqual([true, "idle"]);
  });
});
