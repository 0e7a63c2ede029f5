// Which engine is chosen, and what is said where one cannot run.
import { afterEach, describe, expect, it, vi } from "vitest";

type Select = typeof import("../../src/engine/select.ts");
type Errors = typeof import("../../src/errors.ts");

/** The selection as it is in a process where importing `absent` fails. */
async function without(...absent: string[]): Promise<Select & Errors> {
  vi.resetModules();
  for (const name of absent) {
    vi.doMock(name, () => {
      throw new Error(`Cannot find package '${name}'`);
    });
  }
  const [select, errors] = [await import("../../src/engine/select.ts"), await import("../../src/errors.ts")];
  return { ...select, ...errors };
}

afterEach(() => {
  vi.doUnmock("onnxruntime-node");
  vi.doUnmock("@tensorflow/tfjs-node");
  vi.doUnmock("../../src/engine/eager-wasm.ts");
  vi.resetModules();
});

describe("createEngine", () => {
  it("takes the compiled engine where it can", async () => {
    const { createEngine } = await without();
    const lines: string[] = [];
    const engine = await createEngine({ threads: 2, log: (line) => lines.push(line) });
    expect(engine.name).toBe("compiled");
    expect(engine.description).toContain("2 threads");
    expect(lines).toEqual([]);
  });

  it("takes as many threads as there are processors unless told", async () => {
    const { createEngine } = await without();
    expect((await createEngine()).description).toMatch(/, \d+ threads?\)$/);
  });

  it.each([-1, 1.5, 1_025, Number.NaN])("refuses %d threads", async (threads) => {
    const { createEngine, InputError } = await without();
    await expect(createEngine({ threads, engine: "cpu" })).rejects.toThrow(InputError);
    await expect(createEngine({ threads })).rejects.toThrow(`is ${threads}; expected an integer from 0 to 1024`);
  });

  it("takes the next that works, and logs one line for each that does not", async () => {
    const { createEngine } = await without("onnxruntime-node", "@tensorflow/tfjs-node");
    const lines: string[] = [];
    const engine = await createEngine({ log: (line) => lines.push(line) });
    expect(engine.name).toBe("wasm");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^onnxruntime-node cannot be used here: /);
    expect(lines[1]).toMatch(/^The engine "tensorflow" cannot be used here: /);
    expect(lines.join()).not.toContain("\n");
  });

  it("ends at plain JavaScript, which always runs", async () => {
    const prepareWasm = vi.fn().mockRejectedValue(new Error("no WebAssembly\nhere"));
    vi.doMock("../../src/engine/eager-wasm.ts", () => ({ prepareWasm }));
    const { createEngine } = await without("onnxruntime-node", "@tensorflow/tfjs-node");
    const lines: string[] = [];
    expect((await createEngine({ log: (line) => lines.push(line) })).name).toBe("cpu");
    expect(lines[2]).toBe('The engine "wasm" cannot be used here: no WebAssembly');
  });

  it.each([
    ["compiled", "onnxruntime-node"],
    ["tensorflow", "@tensorflow/tfjs-node"],
  ] as const)("throws when %s is asked for and cannot run", async (engine, missing) => {
    const { createEngine, EngineUnavailableError } = await without(missing);
    await expect(createEngine({ engine })).rejects.toThrow(EngineUnavailableError);
    await expect(createEngine({ engine })).rejects.toThrow(/cannot be used here: .+/);
  });

  it("says how onnxruntime-node is installed where it is not", async () => {
    vi.doMock("onnxruntime-node", () => ({
      // Loading fails as Node has it fail.
      get default(): never {
        throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
      },
    }));
    const { createEngine } = await without();
    await expect(createEngine({ engine: "compiled" })).rejects.toThrow(
      /^onnxruntime-node cannot be used here: it is not installed; `npm install --onnxruntime-node-install=skip` installs it/,
    );
  });

  it.each(["cpu", "wasm"] as const)("gives %s when asked for it", async (name) => {
    const { createEngine } = await without();
    const engine = await createEngine({ engine: name });
    expect(engine.name).toBe(name);
    expect(engine.description).toContain("eager");
  });
});
