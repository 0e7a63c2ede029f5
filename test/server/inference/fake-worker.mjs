// An inference process for tests of the pool: what it does with a job is told by the job's first text.
const words = (job) => job.texts?.[0] ?? "";
const cancelled = new Set();

process.on("SIGTERM", () => {});
process.on("disconnect", () => process.exit(0));
process.on("message", async (message) => {
  if (message.type === "cancel") cancelled.add(message.id);
  if (message.type !== "job") return;
  const { id, job } = message;
  const send = (rest) => process.send({ id, ...rest });
  const [what, amount] = words(job).split(" ");
  if (what === "die") process.exit(7);
  if (what === "kill") process.kill(process.pid, "SIGKILL");
  if (what === "wait") await new Promise((resolve) => setTimeout(resolve, Number(amount)));
  if (what === "refuse") return send({ type: "failed", error: { name: "InputError", message: "it does not fit" } });
  if (what === "unready") return send({ type: "failed", error: { name: "IndexNotReadyError", message: "not yet" } });
  if (what === "damaged") return send({ type: "failed", error: { name: "RunFolderError", message: "cut off" } });
  if (what === "break") return send({ type: "failed", error: { name: "TypeError", message: "x is undefined" } });
  if (what === "begin") {
    return send({ type: "item", item: { index: 0, text: String(process.pid), tokens: 1, finished: "end" } });
  }
  for (let index = 0; index < 2; index++) {
    send({ type: "item", item: { index, text: `${what} ${index}`, tokens: 2, finished: "end" } });
  }
  const inputs = [{ text: String(process.pid), tokens: cancelled.size, unknown: [], truncated: false }];
  send({ type: "done", result: { items: [], inputs, computeMs: 1 } });
});
process.send({ type: "ready" });
