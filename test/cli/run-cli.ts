// Runs a command line inside the test, with streams that are kept.
import { Readable, Writable } from "node:stream";
import { run } from "../../src/cli/program.ts";

export interface CliResult {
  readonly status: number;
  readonly stdout: string;
  /** Without its last line end, line by line. */
  readonly lines: string[];
  readonly stderr: string;
}

/** Runs `latentext ARGS…` with `input` as standard input. */
export async function runCli(args: readonly string[], input: string | Buffer = ""): Promise<CliResult> {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const status = await run(args, { stdin: Readable.from([Buffer.from(input)]), stdout, stderr });
  const lines = stdout.text === "" ? [] : stdout.text.replace(/\n$/, "").split("\n");
  return { status, stdout: stdout.text, lines, stderr: stderr.text };
}

class Kept extends Writable {
  text = "";

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
