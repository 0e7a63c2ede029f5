#!/usr/bin/env node
// The command `latentext`.
import { run } from "./program.ts";
import { watchOutput } from "./streams.ts";

watchOutput(process);
process.exitCode = (await run(process.argv.slice(2), process)) || process.exitCode;
