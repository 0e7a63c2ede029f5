// The same seed, threads and steps give the same bytes, however the steps are cut into runs and whichever process runs them.
import { describe, expect, it } from "vitest";
import { CompiledEngine } from "../../src/engine/compile/engine.ts";
import { trainingGraph } from "../../src/engine/compile/training-program.ts";
import { EagerEngine } from "../../src/engine/eager.ts";
import { SignatureError } from "../../src/engine/shapes.ts";
import type { Engine, NamedArrays } from "../../src/engine/types.ts";
import { trainingStep } from "../../src/training/step.ts";
import { allNodes } from "../engine/compile/all-nodes.ts";
import { startProgram } from "../run/program.ts";
import { drawFeeds, initialState, PLAIN, TINY, VARIANTS } from "./tiny-step.ts";

const SHAPE = { ...TINY, encoder: "lstm" as const, decoder: "lstm" as const, directions: 2 as const };
const SETTINGS = { ...PLAIN, regularizer: "adversarial" as const, moments: true };
const DEFINITION = trainingStep(SHAPE, SETTINGS);

/** A copy of a state that the program may not change. */
const copyOf = (state: NamedArrays): Record<string, number[]> =>
  Object.fromEntries([...state].map(([name, { data }]) => [name, [...data]]));

describe("compiled training", () => {
  it.each([1, 2])("gives the same bytes in two processes on %i threads", async (threads) => {
    const programs = [1, 2].map(() => startProgram("../training/train-and-hash.ts", String(threads)));
    const [one, other] = await Promise.all(programs.map((program) => program.next()));
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(other).toBe(one);
    await Promise.all(programs.map(({ ended }) => ended));
  });

  it("adds rows by ScatterElements alone: the runtime's ScatterND loses sums on several threads", () => {
    for (const cell of ["gru", "lstm"] as const) {
      for (const [variant, { settings, shape: own }] of Object.entries(VARIANTS)) {
        const shape = { ...SHAPE, encoder: cell, decoder: cell, layers: 2, ...own };
        const nodes = allNodes(trainingGraph(trainingStep(shape, settings)));
        expect(
          nodes.filter(({ op }) => op === "ScatterND"),
          variant,
        ).toEqual([]);
        expect(nodes.some(({ op, attributes }) => op === "ScatterElements" && attributes?.reduction === "add")).toBe(
          true,
        );
        expect(nodes.length).toBeGreaterThan(200);
      }
    }
  });
});

describe.each([
  ["compiled", () => CompiledEngine.create({ threads: 1 })],
  ["cpu", () => EagerEngine.create("cpu")],
] as [string, () => Promise<Engine>][])("training on %s", (_, create) => {
  it("gives the same bytes for steps in one run and in runs of one step, of other sizes each", async () => {
    const feeds = drawFeeds(SHAPE, SETTINGS, 6);
    expect(new Set(feeds.map(({ source }) => source?.shape.join())).size).toBeGreaterThan(3);
    const engine = await create();
    const [whole, parts] = [
      await engine.training(DEFINITION, initialState(SHAPE, SETTINGS)),
      await engine.training(DEFINITION, initialState(SHAPE, SETTINGS)),
    ];
    const series = await whole.run(feeds);
    const single = new Map(DEFINITION.outputs.map((name): [string, number[]] => [name, []]));
    for (const step of feeds) {
      const outputs = await parts.run([step]);
      for (const [name, values] of single) values.push(outputs[name]?.[0] as number);
    }
    expect(Object.keys(series).sort()).toEqual([...DEFINITION.outputs].sort());
    for (const name of DEFINITION.outputs) expect([...(series[name] ?? [])]).toEqual(single.get(name));
    expect(copyOf(parts.state())).toEqual(copyOf(whole.state()));
    await whole.dispose();
    await parts.dispose();
  });

  it("goes on from a state that was saved as if it had not stopped", async () => {
    const feeds = drawFeeds(SHAPE, SETTINGS, 4);
    const engine = await create();
    const straight = await engine.training(DEFINITION, initialState(SHAPE, SETTINGS));
    await straight.run(feeds.slice(0, 2));
    const saved = new Map(
      [...straight.state()].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
    );
    await straight.run(feeds.slice(2));
    const resumed = await engine.training(DEFINITION, initialState(SHAPE, SETTINGS, 99));
    resumed.load(saved);
    await resumed.run(feeds.slice(2));
    expect(copyOf(resumed.state())).toEqual(copyOf(straight.state()));
  });

  it("takes back one run, and one only", async () => {
    const feeds = drawFeeds(SHAPE, SETTINGS, 3);
    const program = await (await create()).training(DEFINITION, initialState(SHAPE, SETTINGS));
    expect(() => program.undo()).toThrow(SignatureError);
    await program.run(feeds.slice(0, 1));
    const before = copyOf(program.state());
    await program.run(feeds.slice(1));
    const after = copyOf(program.state());
    program.undo();
    expect(copyOf(program.state())).toEqual(before);
    expect(() => program.undo()).toThrow(/no run to take back/);
    await program.run(feeds.slice(1));
    expect(copyOf(program.state())).toEqual(after);
    program.load(initialState(SHAPE, SETTINGS));
    expect(() => program.undo()).toThrow(SignatureError);
  });

  it("refuses states and feeds that do not fit, and stays as it was", async () => {
    const engine = await create();
    const [good] = drawFeeds(SHAPE, SETTINGS, 1);
    await expect(engine.training(DEFINITION, new Map())).rejects.toThrow(SignatureError);
    const program = await engine.training(DEFINITION, initialState(SHAPE, SETTINGS));
    const before = copyOf(program.state());
    const { rate: _, ...lacking } = good ?? {};
    await expect(program.run([lacking])).rejects.toThrow(/Feed "rate" is missing/);
    await expect(program.run([])).rejects.toThrow(/no steps/);
    expect(() => program.load(new Map())).toThrow(SignatureError);
    expect(copyOf(program.state())).toEqual(before);
  });
});
