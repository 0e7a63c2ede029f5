// A builder of indexes for tests: what it does at each try is told by the lines of RUN/plan; those that it has done are in RUN/done.
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

const run = process.argv[2];
const read = (name) => readFileSync(join(run, name), { encoding: "utf8", flag: "a+" }).split("\n").filter(Boolean);
const plan = read("plan");
const tries = read("done").length;
appendFileSync(join(run, "done"), `${process.pid}\n`);
const [what, ...words] = (plan[tries] ?? plan.at(-1)).split(" ");
const message = words.join(" ");
const send = (content) => process.send(content, () => process.exit(0));
if (what === "die") process.kill(process.pid, "SIGKILL");
else if (what === "wait") {
  process.send({ type: "building" });
  setInterval(() => {}, 1_000);
} else if (what === "ready") send({ type: "ready" });
else send({ type: "failed", error: { name: what, message } });
