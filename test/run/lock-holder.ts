// A program of the lock's tests: takes and releases the lock of a folder as it is told.
import { messageOf } from "../../src/errors.ts";
import { acquireLock, type Lock } from "../../src/run/lock.ts";

const [folder = ""] = process.argv.slice(2);
let lock: Lock | undefined;

process.on("message", async (order) => {
  if (order === "take") {
    try {
      lock = await acquireLock(folder);
      process.send?.("taken");
    } catch (error) {
      process.send?.(messageOf(error));
    }
  } else if (order === "release") {
    lock?.release();
    lock = undefined;
    process.send?.("released");
  } else {
    process.exit();
  }
});
process.send?.("ready");
