// The end of an autoencoder: nothing is left behind, and nothing comes after it but one kind of error.
import { describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/select.ts";
import type { Engine, FunctionDefinition, FunctionProgram, NamedArrays } from "../../src/engine/types.ts";
import { DisposedError } from "../../src/errors.ts";
import { Autoencoder, type AutoencoderOptions, type Decoded } from "../../src/model/autoencoder.ts";
import { initialParameters, type ModelShape } from "../../src/model/parameters.ts";
import { RandomStream } from "../../src/random.ts";

const special = { pad: 0, begin: 1, end: 2, unknown: 3, blank: 4 };
const shape: ModelShape = {
  encoder: "lstm",
  decoder: "gru",
  pooling: "last",
  maxLength: 8,
  reconstruction: "cross-entropy",
  vocabulary: 19,
  embedding: 5,
  hidden: 7,
  latent: 3,
  layers: 1,
  directions: 1,
  placeFeatures: 0,
  discriminatorHidden: 4,
};
const weights = initialParameters(shape, 6);
const DISPOSED = "The model has been disposed of: load it again to use it.";

/** An engine whose programs are counted, wait before each run, and cannot always be compiled. */
class Watched {
  /** Programs that were made and not disposed of. */
  alive = 0;
  /** Runs of programs that had been disposed of, or were disposed of before they ended. */
  misused = 0;
  runs = 0;
  /** What compilations and runs wait for. */
  compiling: Promise<void> = Promise.resolve();
  running: Promise<void> = Promise.resolve();
  /** Compilations that fail from now on. */
  failing = 0;
  readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = Object.create(engine, {
      function: {
        value: async (definition: FunctionDefinition, parameters?: NamedArrays): Promise<FunctionProgram> => {
          await this.compiling;
          if (this.failing-- > 0) throw new Error("out of memory");
          return this.#watched(await engine.function(definition, parameters));
        },
      },
    });
  }

  #watched(program: FunctionProgram): FunctionProgram {
    let gone = false;
    this.alive++;
    return {
      run: async (...given) => {
        this.runs++;
        await this.running;
        if (gone) this.misused++;
        const outputs = await program.run(...given);
        if (gone) this.misused++;
        return outputs;
      },
      dispose: async () => {
        if (gone) this.misused++;
        gone = true;
        this.alive--;
        await program.dispose();
      },
    };
  }
}

// The package behind the compiled engine is optional.
const compiled = await createEngine({ engine: "compiled", threads: 1 }).catch(() => undefined);
const ENGINES = [await createEngine({ engine: "cpu" }), ...(compiled ? [compiled] : [])];

describe.each(ENGINES)("on the engine $name", (engine) => {
  async function watchedModel(options?: AutoencoderOptions): Promise<{ watched: Watched; model: Autoencoder }> {
    const watched = new Watched(engine);
    return { watched, model: await Autoencoder.create(watched.engine, shape, special, weights, options) };
  }

  test.each([true, false])("a model with fixed parameters (%s) throws after it, whatever is asked", async (fixed) => {
    const { watched, model } = await watchedModel({ fixed });
    await model.encode([[5, 6]]);
    await all(model.decode(codesOf(2), { maxLength: 3 }));
    expect(watched.alive).toBe(3);
    await model.dispose();
    expect(watched.alive).toBe(0);
    for (const call of [
      () => model.encode([[5]]),
      () => model.encode([]),
      () => model.encodePosteriors([[5]]),
      () => all(model.decode(codesOf(1), { maxLength: 3 })),
      () => all(model.decode([], { maxLength: 3 })),
      () => all(model.decode(codesOf(1), { maxLength: 3, beam: 2 })),
      async () => model.setParameters(weights),
    ]) {
      await expectDisposed(call());
    }
    expect(watched).toMatchObject({ alive: 0, misused: 0 });
  });

  test("it is disposed of once, however often that is asked", async () => {
    const { watched, model } = await watchedModel();
    await model.encode([[5, 6]]);
    await Promise.all([model.dispose(), model.dispose()]);
    await model.dispose();
    expect(watched).toMatchObject({ alive: 0, misused: 0 });
    const unused = await watchedModel();
    await unused.model.dispose();
    await expectDisposed(unused.model.encode([[5]]));
    expect(unused.watched.alive).toBe(0);
  });

  test("what runs is waited for: a call that needs no more has its result, another throws", async () => {
    const { watched, model } = await watchedModel();
    const expected = await model.encode([[5, 6]]);
    await all(model.decode(codesOf(2), { maxLength: 3 }));
    const gate = closedGate();
    watched.running = gate.opened;
    const runs = watched.runs;
    const short = model.encode([[5, 6]]);
    const long = model.encode(Array.from({ length: 300 }, () => [5, 6])); // two batches
    const writing = all(model.decode(codesOf(5), { maxLength: 8 }));
    const beam = all(model.decode(codesOf(5), { maxLength: 8, beam: 2 }));
    await turns();
    expect(watched.runs).toBe(runs + 4);
    let ended = false;
    const disposal = model.dispose().then(() => {
      ended = true;
    });
    const settled = Promise.allSettled([long, writing, beam]);
    await turns();
    expect(ended).toBe(false);
    gate.open();
    await disposal;
    expect(await short).toEqual(expected);
    for (const outcome of await settled)
      expect(outcome).toEqual({ status: "rejected", reason: expect.any(DisposedError) });
    expect(watched).toMatchObject({ runs: runs + 4, alive: 0, misused: 0 });
  });

  test("what is being compiled is freed as soon as it is there, and not run", async () => {
    const { watched, model } = await watchedModel();
    const gate = closedGate();
    watched.compiling = gate.opened;
    const calls = Promise.allSettled([model.encode([[5]]), all(model.decode(codesOf(1), { maxLength: 3 }))]);
    await turns();
    const disposal = model.dispose();
    gate.open();
    await disposal;
    for (const outcome of await calls)
      expect(outcome).toEqual({ status: "rejected", reason: expect.any(DisposedError) });
    expect(watched).toMatchObject({ runs: 0, alive: 0, misused: 0 });
  });

  test.each([{}, { beam: 2 }])(
    "an open iteration throws at its next text and lets go of its codes (%j)",
    async (options) => {
      const { watched, model } = await watchedModel();
      let left = false;
      function* codes(): Generator<Float32Array> {
        try {
          yield* codesOf(40);
        } finally {
          left = true;
        }
      }
      const texts = model.decode(codes(), { maxLength: 8, ...options });
      expect((await texts.next()).value).toMatchObject({ index: 0 });
      await model.dispose();
      await expectDisposed(texts.next());
      expect(await texts.next()).toEqual({ done: true, value: undefined });
      expect(left).toBe(true);
      expect(watched).toMatchObject({ alive: 0, misused: 0 });
    },
  );

  test("a function that could not be compiled is compiled at the next call", async () => {
    const { watched, model } = await watchedModel();
    watched.failing = 1;
    const both = await Promise.allSettled([model.encode([[5]]), model.encode([[6]])]);
    expect(both).toEqual(both.map(() => ({ status: "rejected", reason: new Error("out of memory") })));
    expect(await model.encode([[5]])).toHaveLength(1);
    watched.failing = 1;
    await expect(all(model.decode(codesOf(2), { maxLength: 3 }))).rejects.toThrow("out of memory");
    expect(await all(model.decode(codesOf(2), { maxLength: 3 }))).toHaveLength(2);
    await model.dispose();
    expect(watched).toMatchObject({ alive: 0, misused: 0 });
  });
});

test("a model that is disposed of while its last compilation fails is disposed of all the same", async () => {
  const watched = new Watched(await createEngine({ engine: "cpu" }));
  const model = await Autoencoder.create(watched.engine, shape, special, weights);
  watched.failing = 1;
  const call = model.encode([[5]]);
  await Promise.all([expect(call).rejects.toThrow("out of memory"), model.dispose()]);
  await expectDisposed(model.encode([[5]]));
});

function codesOf(count: number): Float32Array[] {
  return Array.from({ length: count }, (_, i) => RandomStream.named(9, `code/${i}`).fillGaussian(new Float32Array(3)));
}

async function all(texts: AsyncIterable<Decoded>): Promise<Decoded[]> {
  const written: Decoded[] = [];
  for await (const text of texts) written.push(text);
  return written;
}

async function expectDisposed(call: Promise<unknown>): Promise<void> {
  const failure = await call.catch((cause: unknown) => cause);
  expect(failure).toBeInstanceOf(DisposedError);
  expect(failure).toMatchObject({ message: DISPOSED });
}

function closedGate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Lets everything go on that can. */
async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
