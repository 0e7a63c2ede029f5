#!/usr/bin/env node
// The command `latentext`.
import { run } from "./program.ts";
import { endQuietlyOnClosedPipe } from "./streams.ts";

endQuietlyOnClosedPipe(process.stdout);
process.exitCode = (await run(process.argv.slice(2), process)) || process.exitCode;
