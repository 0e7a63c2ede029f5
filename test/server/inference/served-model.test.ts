// A model as an inference process serves it: what one request gives it to read is no failure of the others.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { runJob } from "../../../server/inference/run-job.ts";
import { ServedModel } from "../../../server/inference/served-model.ts";
import { writeTinyRun } from "../../support/tiny-run.ts";

const folder = await mkdtemp(join(tmpdir(), "latentext-served-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("texts that are read together", () => {
  it("fail alone where the tokenizer, which may be one of someone else's, cannot read them", async () => {
    const path = join(folder, "tiny");
    await writeTinyRun(path);
    const served = await ServedModel.load({ id: "tiny", path, version: "1" }, 1);
    const { model } = served;
    const together = vi.spyOn(model, "encode");
    const given = [["the sea is calm"], ["a calm night", "a poison"], ["a storm is near", "the old boat sails home"]];
    const alone = await Promise.all([given[0], given[2]].map((texts) => model.encode(texts ?? [])));
    const { encode } = model.tokenizer;
    vi.spyOn(model.tokenizer, "encode").mockImplementation((text) => {
      if (text.includes("poison")) throw new TypeError("this tokenizer knows no poison");
      return encode.call(model.tokenizer, text);
    });
    together.mockClear();
    const context = { signal: new AbortController().signal, onItem: () => {} };
    const [first, poisoned, last] = await Promise.allSettled(
      given.map((texts) => runJob(served, { kind: "encode", texts }, context)),
    );
    expect(together.mock.calls[0]?.[0]).toEqual(given.flat());
    expect(poisoned).toMatchObject({ status: "rejected", reason: { message: "this tokenizer knows no poison" } });
    expect([first, last]).toMatchObject(alone.map((codes) => ({ status: "fulfilled", value: { codes } })));
    await model.dispose();
  });
});
