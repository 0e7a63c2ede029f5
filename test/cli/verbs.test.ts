// The verbs that use a run: what they print, where, and what they end with.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { load } from "../../src/latent/model.ts";
import { writeTinyRun } from "../support/tiny-run.ts";
import { type CliResult, runCli } from "./run-cli.ts";

const home = mkdtempSync(join(tmpdir(), "latentext-test-"));
const runPath = join(home, "run");

beforeAll(async () => {
  await writeTinyRun(runPath, { endBias: -1 });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Runs a verb on the tiny run, on the engine that is always there. */
function verb(name: string, args: readonly string[] = [], input: string | Buffer = ""): Promise<CliResult> {
  return runCli([name, runPath, "--engine", "cpu", ...args], input);
}

function fileOf(name: string, text: string): string {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
}

describe("labels", () => {
  const labelled = join(home, "labelled");
  const ask = (name: string, args: readonly string[], input = ""): Promise<CliResult> =>
    runCli([name, labelled, "--engine", "cpu", "--quiet", ...args], input);

  beforeAll(async () => {
    await writeTinyRun(labelled, { labels: ["calm", "storm"] });
  });

  test("are those that texts are written with, by every verb that writes", async () => {
    const model = await load(labelled, { engine: "cpu" });
    const label = "storm";
    const [a, b] = ["the sea is calm", "a calm night"];
    const codes = await model.encode([a, b]);
    const asked = ["--label", label];
    expect((await ask("generate", ["-n", "3", "--seed", "1", ...asked])).lines).toEqual(
      await model.sample(3, { label }),
    );
    expect((await ask("interpolate", [a, b, ...asked])).lines).toEqual(await model.interpolate(a, b, { label }));
    const input = codes.map((code) => JSON.stringify([...code])).join("\n");
    expect((await ask("decode", asked, input)).lines).toEqual(await model.decode(codes, { label }));
    const rewritten = await model.reconstruct([a, b], { label });
    expect((await ask("reconstruct", asked, `${a}\n${b}\n`)).lines).toEqual(rewritten);
    expect((await ask("transfer", ["--to", label], `${a}\n${b}\n`)).lines).toEqual(rewritten);
    const [line] = (await ask("transfer", [fileOf("one.txt", a), "--to", label, "--json"])).lines;
    expect(JSON.parse(line as string)).toMatchObject({ input: a, text: rewritten[0] });
    await model.dispose();
  });

  test("are told by info", async () => {
    expect((await runCli(["info", labelled])).stdout).toMatch(/^labels +calm, storm$/m);
    expect((await runCli(["info", runPath])).stdout).not.toMatch(/^labels/m);
  });

  test.each<[string, () => Promise<CliResult>, RegExp]>([
    ["another label", () => ask("generate", ["--label", "fog"]), /"fog" was given; the model knows "calm" and "storm"/],
    [
      "a transfer to another label",
      () => ask("transfer", ["--to", "fog"], "the sea\n"),
      /the model knows "calm" and "storm"/,
    ],
    ["another label before any line is read", () => ask("transfer", ["--to", "fog"]), /"fog" was given/],
    [
      "a transfer without a label",
      () => ask("transfer", [], "the sea\n"),
      /required option '--to <label>' not specified/,
    ],
    ["a label of a model without", () => verb("generate", ["--label", "calm"]), /trained without labels/],
  ])("end with 2 for %s", async (_, call, message) => {
    const { status, stdout, stderr } = await call();
    expect(stderr).toMatch(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});

describe("generate", () => {
  test("writes the texts that the library samples, one a line, and tells the seed on standard error", async () => {
    const { status, lines, stderr } = await verb("generate", ["-n", "5", "--seed", "3", "--temperature", "1.5"]);
    const model = await load(runPath, { engine: "cpu" });
    expect(lines).toEqual(await model.sample(5, { seed: 3, temperature: 1.5 }));
    await model.dispose();
    expect(status).toBe(0);
    expect(stderr).toContain("seed 3\n");
  });

  test("draws codes of the temperature that is asked for, and refuses one of 0", async () => {
    const { lines } = await verb("generate", ["-n", "5", "--seed", "3", "--prior-temperature", "1.6"]);
    const model = await load(runPath, { engine: "cpu" });
    expect(lines).toEqual(await model.sample(5, { seed: 3, priorTemperature: 1.6 }));
    await model.dispose();
    const refused = await verb("generate", ["--prior-temperature", "0"]);
    expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 2, stdout: "" });
    expect(refused.stderr).toContain("Expected a number above 0.");
  });

  test("takes a new seed where none is given, with which the texts come again", async () => {
    const first = await verb("generate", ["-n", "8", "--temperature", "3"]);
    const seed = /^seed (\d+)$/m.exec(first.stderr)?.[1] as string;
    const second = await verb("generate", ["-n", "8", "--temperature", "3", "--seed", seed]);
    expect(second.lines).toEqual(first.lines);
    const other = await verb("generate", ["-n", "8", "--temperature", "3"]);
    expect(other.lines).not.toEqual(first.lines);
  });

  test("writes ten texts unless told otherwise, and none when told so", async () => {
    expect((await verb("generate")).lines).toHaveLength(10);
    expect((await verb("generate", ["-n", "0"])).stdout).toBe("");
  });

  test("writes one object a line with --json, and nothing on standard error with --quiet", async () => {
    const { lines, stderr } = await verb("generate", ["-n", "2", "--seed", "4", "--json", "--quiet"]);
    const plain = await verb("generate", ["-n", "2", "--seed", "4"]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { index: 0, seed: 4, text: plain.lines[0] },
      { index: 1, seed: 4, text: plain.lines[1] },
    ]);
    expect(stderr).toBe("");
  });

  test.each([
    ["--top-k", "1"],
    ["--top-p", "0.0001"],
    ["--beam", "1"],
  ])("%s %s writes what is likeliest", async (flag, value) => {
    const greedy = await verb("generate", ["--seed", "5"]);
    expect((await verb("generate", ["--seed", "5", flag, value])).lines).toEqual(greedy.lines);
  });

  test("writes what the flags about the wording ask for", async () => {
    const wording = ["--ban", "the", "--ban", "a calm", "--require", "boat", "--repeat-guard", "1"];
    const { lines } = await verb("generate", [
      "--seed",
      "5",
      "-n",
      "20",
      "--beam",
      "3",
      "--length-penalty",
      "0.5",
      ...wording,
    ]);
    expect(lines).toHaveLength(20);
    for (const line of lines) {
      const words = line.split(" ");
      expect(words).toContain("boat");
      expect(words).not.toContain("the");
      expect(` ${line} `).not.toContain(" a calm ");
      expect(new Set(words).size).toBe(words.length);
    }
  });

  test("writes a form with marks of one's own", async () => {
    const { lines, status } = await verb("generate", ["-n", "5", "--form", "2x3a", "--seed", "5"]);
    for (const line of lines) expect(line).toMatch(/^(\w{2,} ){3}a (\w{2,} ){3}a$/);
    expect([lines.length, status]).toEqual([5, 0]);
  });

  test("writes clauses of a range of lengths", async () => {
    const { lines, status } = await verb("generate", ["-n", "20", "--form", "2x1-3a", "--seed", "5"]);
    for (const line of lines) expect(line).toMatch(/^(\w{2,} ){1,3}a (\w{2,} ){1,3}a$/);
    expect([lines.length, status]).toEqual([20, 0]);
    const one = await verb("generate", ["-n", "5", "--form", "2x3-3a", "--seed", "5"]);
    expect(one.lines).toEqual((await verb("generate", ["-n", "5", "--form", "2x3a", "--seed", "5"])).lines);
  });

  test("refuses a form whose longest texts would be cut, and writes nothing", async () => {
    const { stdout, stderr, status } = await verb("generate", ["--form", "2x3-4a"]);
    expect(stderr).toContain(
      "The form of 2 clauses of 3 to 4 takes up to 10 tokens with its marks; expected at most 8",
    );
    expect([stdout, status]).toEqual(["", 2]);
  });

  test("refuses a form whose marks the model does not know, and writes nothing", async () => {
    const { stdout, stderr, status } = await verb("generate", ["--form", "4x1"]);
    expect(stderr).toContain(
      'The form of 4 clauses needs the mark "，", which is not a token of the model\'s vocabulary',
    );
    expect([stdout, status]).toEqual(["", 2]);
  });
});

describe("reconstruct", () => {
  const texts = ["the sea is calm", "", "a storm is near", "the old boat", "", "a"];

  test("writes a line for each line, in order, empty ones for empty ones", async () => {
    const { status, lines } = await verb("reconstruct", [], `${texts.join("\n")}\n`);
    const model = await load(runPath, { engine: "cpu" });
    expect(lines).toEqual(await model.reconstruct(texts));
    await model.dispose();
    expect(lines.map((line) => line === "")).toEqual([false, true, false, false, true, false]);
    expect(status).toBe(0);
  });

  test("reads a file, standard input as -, Windows line ends, and a last line without an end alike", async () => {
    const expected = (await verb("reconstruct", [], texts.join("\n"))).lines;
    expect((await verb("reconstruct", [fileOf("texts.txt", texts.join("\r\n"))])).lines).toEqual(expected);
    expect((await verb("reconstruct", ["-"], `${texts.join("\n")}\n`)).lines).toEqual(expected);
  });

  test("keeps count and order over several chunks", async () => {
    const many = Array.from({ length: 2_500 }, (_, i) => texts[i % texts.length] as string);
    const expected = (await verb("reconstruct", [], texts.join("\n"))).lines;
    const { lines } = await verb("reconstruct", [], many.join("\n"));
    expect(lines).toEqual(many.map((_, i) => expected[i % texts.length]));
  });

  test("names the unknown words and the texts that are cut, with their lines, and answers all the same", async () => {
    const { status, lines, stderr } = await verb("reconstruct", [], `the sea\nthe red whale\n${"a ".repeat(11)}\n`);
    expect(status).toBe(0);
    expect(lines).toHaveLength(3);
    expect(stderr).toBe(
      "Line 2 has words that the model does not know: red, whale\nLine 3 has 11 tokens and is cut to the 8 that the model reads\n",
    );
    expect((await verb("reconstruct", ["--quiet"], "the red whale\n")).stderr).toBe("");
  });

  test("counts warnings beyond the tenth instead of telling each", async () => {
    const { stderr } = await verb("reconstruct", [], "whale\n".repeat(14));
    expect(stderr.split("\n").filter((line) => line.startsWith("Line "))).toHaveLength(10);
    expect(stderr).toContain("4 more texts are too long or have unknown words\n");
  });

  test("writes nothing for no input", async () => {
    expect(await verb("reconstruct", [], "")).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });
});

describe("interpolate", () => {
  test("writes as many texts as steps, the reconstructions of A and B at the ends", async () => {
    const [a, b] = ["the sea is calm", "the old boat"];
    const { status, lines } = await verb("interpolate", [a, b, "--steps", "4", "--path", "spherical"]);
    const ends = (await verb("reconstruct", [], `${a}\n${b}\n`)).lines;
    expect(status).toBe(0);
    expect(lines).toHaveLength(4);
    expect([lines[0], lines[3]]).toEqual(ends);
  });

  test("tells the position of each text with --json, and warns of unknown words", async () => {
    const { lines, stderr } = await verb("interpolate", ["the sea", "the whale", "--steps", "3", "--json"]);
    expect(lines.map((line) => JSON.parse(line).position)).toEqual([0, 0.5, 1]);
    expect(stderr).toBe("The last text has a word that the model does not know: whale\n");
  });
});

describe("encode and decode", () => {
  test("pass codes on exactly: decode after encode writes what reconstruct writes", async () => {
    const input = "the sea is calm\na storm is near\nthe old boat\n";
    const codes = await verb("encode", [], input);
    const model = await load(runPath, { engine: "cpu" });
    const expected = await model.encode(input.trim().split("\n"));
    await model.dispose();
    expect(codes.lines.map((line) => Float32Array.from(JSON.parse(line)))).toEqual(expected);
    expect((await verb("decode", [], codes.stdout)).lines).toEqual((await verb("reconstruct", [], input)).lines);
  });

  test("understand each other's --json", async () => {
    const codes = await verb("encode", ["--json"], "the sea\n");
    expect(JSON.parse(codes.lines[0] as string)).toMatchObject({ text: "the sea" });
    const { lines } = await verb("decode", ["--json"], codes.stdout);
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      text: (await verb("reconstruct", [], "the sea\n")).lines[0],
    });
  });

  test("give an empty line a code too, so that lines and codes stay side by side", async () => {
    expect((await verb("encode", [], "the sea\n\na\n")).lines).toHaveLength(3);
  });

  test.each([
    ["no JSON", "[1,2", 'Line 2 is "[1,2"; expected a JSON list of 4 numbers'],
    ["too few numbers", "[1,2,3]", "Line 2 is a list of 3 numbers; expected a JSON list of 4 numbers"],
    ["no numbers", '[1,2,3,"4"]', 'Line 2 is "[1,2,3,\\"4\\"]"; expected a JSON list of 4 numbers'],
    ["an empty line", "", 'Line 2 is ""; expected'],
    ["a number too large for a code", "[1,2,3,4e38]", 'Line 2 is "[1,2,3,4e38]"; expected'],
  ])("decode refuses a line with %s and names it", async (_, line, message) => {
    const { status, stderr } = await verb("decode", [], `[0,0,0,0]\n${line}\n[0,0,0,0]\n`);
    expect(status).toBe(2);
    expect(stderr).toContain(`latentext: ${message}`);
  });
});

describe("info", () => {
  test("tells what a run holds, for people and for machines", async () => {
    const plain = await runCli(["info", runPath]);
    expect(plain.status).toBe(0);
    expect(plain.stdout).toMatch(/^tokenizer +whitespace, 17 tokens$/m);
    expect(plain.stdout).toMatch(/^model +lstm \(two directions, last\) to gru, 1 × 12 units$/m);
    expect(plain.stdout).toMatch(/^code +4 dimensions$/m);
    const { lines } = await runCli(["info", runPath, "--json"]);
    expect(JSON.parse(lines[0] as string)).toMatchObject({ vocabulary: 17, latent: 4, config: { hidden: 12 } });
    const chosen = join(home, "chosen");
    await writeTinyRun(chosen, { config: { tokenizer: "auto" }, tokenizer: "char" });
    expect((await runCli(["info", chosen])).stdout).toMatch(/^tokenizer +char, \d+ tokens$/m);
    const told = JSON.parse((await runCli(["info", chosen, "--json"])).stdout);
    expect([told.tokenizer, told.config.tokenizer]).toEqual(["char", "auto"]);
    const other = join(home, "gaussians");
    await writeTinyRun(other, { config: { prior: "sphere", posterior: "gaussian" } });
    const { stdout } = await runCli(["info", other]);
    expect(stdout).toMatch(/^code +4 dimensions, on a sphere, a Gaussian for each text$/m);
  });
});

describe("bad input ends with 2 and a sentence", () => {
  test.each<[string, string[], string]>([
    [
      "a run that is not there",
      ["generate", "no-such-run"],
      "latentext: no-such-run is not a run folder: it does not exist",
    ],
    ["an unknown flag", ["generate", "x", "--wings"], "latentext: unknown option '--wings'"],
    ["an unknown verb", ["fly"], "latentext: unknown command 'fly'"],
    ["a run left out", ["generate"], "latentext: missing required argument 'run'"],
    ["too many arguments", ["generate", "x", "y"], "latentext: too many arguments"],
    ["a number that is none", ["generate", "x", "-n", "many"], "Expected an integer of at least 0."],
    ["half a text", ["generate", "x", "-n", "1.5"], "Expected an integer of at least 0."],
    ["a temperature of 0", ["generate", "x", "--temperature", "0"], "Expected a number of at least 0.001."],
    ["an empty temperature", ["generate", "x", "--temperature", ""], "Expected a number of at least 0.001."],
    ["a share above 1", ["generate", "x", "--top-p", "1.5"], "Expected a number from 0.000001 to 1."],
    ["a length penalty below 0", ["generate", "x", "--length-penalty", "-1"], "Expected a number of at least 0."],
    ["a guard of no tokens", ["generate", "x", "--repeat-guard", "0"], "Expected an integer of at least 1."],
    ["a form of half a clause", ["generate", "x", "--form", "4x"], "Expected clauses x length, as in 4x5"],
    [
      "a range with the longer first",
      ["generate", "x", "--form", "4x8-5"],
      "argument '4x8-5' is invalid. Expected clauses x",
    ],
    ["a range from nothing", ["generate", "x", "--form", "4x0-5"], "or, for five to eight, 4x5-8, then the marks"],
    ["two ranges", ["generate", "x", "--form", "4x5-8-9"], "Expected clauses x length, as in 4x5"],
    ["one step", ["interpolate", "x", "a", "b", "--steps", "1"], "Expected an integer of at least 2."],
    ["an unknown path", ["interpolate", "x", "a", "b", "--path", "curly"], "Allowed choices are linear, spherical."],
    [
      "an unknown engine",
      ["generate", "x", "--engine", "steam"],
      "Allowed choices are auto, compiled, tensorflow, wasm, cpu.",
    ],
  ])("%s", async (_, args, message) => {
    const { status, stdout, stderr } = await runCli(args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
    expect(stdout).toBe("");
  });

  test("a beam with a temperature", async () => {
    const { status, stderr } = await verb("generate", ["--beam", "2", "--temperature", "1"]);
    expect(stderr).toContain("latentext: A beam was given together with a temperature");
    expect(status).toBe(2);
  });

  test("a file that is not there, and a folder", async () => {
    const missing = await verb("encode", [join(home, "missing.txt")]);
    expect(missing).toMatchObject({ status: 2, stdout: "" });
    expect(missing.stderr).toMatch(/^latentext: .*missing\.txt cannot be read: ENOENT/);
    expect(await verb("encode", [home])).toMatchObject({ status: 2, stdout: "" });
  });

  test("a line that is not UTF-8 is named", async () => {
    const { status, stderr } = await verb("reconstruct", [], Buffer.from([0x61, 0x0a, 0xff, 0xfe, 0x0a]));
    expect(stderr).toMatch(/^latentext: Line 2 of standard input cannot be used: /);
    expect(status).toBe(2);
  });
});

describe("a damaged run", () => {
  test("ends with 1 and names the file", async () => {
    const path = join(home, "damaged");
    const folder = await writeTinyRun(path);
    writeFileSync(folder.pathOf("model.safetensors"), "nothing of the kind");
    const { status, stderr } = await runCli(["generate", path, "--engine", "cpu"]);
    expect(stderr).toMatch(/^latentext: .*model\.safetensors/);
    expect(status).toBe(1);
  });
});

describe("help", () => {
  test("is no error, and lists the verbs", async () => {
    const { status, stdout } = await runCli(["--help"]);
    expect(status).toBe(0);
    for (const name of ["train", "generate", "reconstruct", "interpolate", "encode", "decode", "info"]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
    }
  });

  test("of a verb tells its options", async () => {
    const { status, stdout } = await runCli(["generate", "--help"]);
    expect(status).toBe(0);
    expect(stdout).toContain("--top-p <p>");
  });
});
