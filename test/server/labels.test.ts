// The API of a conditional model: every way of writing takes a label, and wrong ones are told what there is.
import { beforeAll, describe, expect, it } from "vitest";
import { client } from "../../server/client.ts";
import * as schemas from "../../server/schemas.ts";
import { bodyOf, createTestApp, parseEvents, STREAMS, type TestApp, VALID } from "./test-app.ts";

const LABELS = ["calm", "storm"];
const TRANSFER = { texts: ["the sea", "a storm"], to: "storm", seed: 3 };

let server: TestApp;

beforeAll(async () => {
  server = await createTestApp({ labels: LABELS });
});

const lastJob = () => server.pool.jobs.at(-1)?.job;

describe("a conditional model", () => {
  it("tells its labels", async () => {
    const { labels } = await bodyOf(schemas.ModelDetails, await server.get("/v1/models/tiny"));
    expect(labels).toEqual(LABELS);
  });

  it.each(STREAMS)("%s hands the pool its label, and none where none is given", async (route) => {
    expect((await server.post(route, { ...VALID[route], label: "storm" })).status).toBe(200);
    expect(lastJob()).toMatchObject({ kind: route, write: { label: "storm" } });
    await server.post(route, VALID[route]);
    expect(lastJob()).toMatchObject({ write: expect.not.objectContaining({ label: expect.anything() }) });
  });

  it.each(STREAMS)("%s is told which labels there are when it asks for another", async (route) => {
    const reply = await server.post(route, { ...VALID[route], label: "fog" });
    expect(reply.status).toBe(422);
    const { error } = await bodyOf(schemas.ErrorReply, reply);
    expect(error.issues).toEqual([{ path: "label", message: '"fog" was given; the model knows "calm" and "storm"' }]);
  });
});

describe("transfer", () => {
  it("is a reconstruction with another label", async () => {
    const body = await bodyOf(schemas.RewriteReply, await server.post("transfer", TRANSFER));
    expect(body.texts).toHaveLength(2);
    expect(body.inputs.map(({ text }) => text)).toEqual(TRANSFER.texts);
    expect(lastJob()).toMatchObject({ kind: "reconstruct", texts: TRANSFER.texts, write: { label: "storm", seed: 3 } });
  });

  it("streams", async () => {
    const reply = await server.post("transfer", TRANSFER, { headers: { accept: "text/event-stream" } });
    expect(parseEvents(await reply.text()).map(({ event }) => event)).toEqual(["text", "text", "done"]);
  });

  it("names the labels that there are where the label is another", async () => {
    const reply = await server.post("transfer", { ...TRANSFER, to: "fog" });
    expect(reply.status).toBe(422);
    const { error } = await bodyOf(schemas.ErrorReply, reply);
    expect(error.issues).toEqual([{ path: "to", message: '"fog" was given; the model knows "calm" and "storm"' }]);
  });

  it("is a call of the client", async () => {
    const fetch = async (input: string | URL | Request, init?: RequestInit) =>
      server.app.request(String(input).replace("http://server", ""), init);
    const model = client("http://server", { fetch }).model("tiny");
    expect((await model.transfer(TRANSFER)).texts).toHaveLength(2);
    const texts: string[] = [];
    for await (const { text } of model.transferEach(TRANSFER)) texts.push(text);
    expect(texts).toEqual(["reconstruct 0", "reconstruct 1"]);
  });
});
