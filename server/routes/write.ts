// Routes under which a model writes texts, all at once or as a stream.
import { randomInt } from "node:crypto";
import type { Context } from "hono";
import { accepts } from "hono/accepts";
import type { VerseForm } from "../../src/latent/wishes.ts";
import { Labels } from "../../src/text/labels.ts";
import type { App, AppEnv, Services } from "../context.ts";
import { replyToError } from "../error-reply.ts";
import { RequestError } from "../errors.ts";
import { streamTexts } from "../events.ts";
import type { Job, WriteSettings } from "../inference/jobs.ts";
import type { RegisteredModel } from "../registry.ts";
import { modelOf, type Ran, type RunOptions, runJob, writtenText } from "../request-job.ts";
import {
  ArithmeticReply,
  ArithmeticRequest,
  DecodeRequest,
  GenerateReply,
  GenerateRequest,
  GridReply,
  GridRequest,
  InterpolateReply,
  InterpolateRequest,
  ReconstructRequest,
  RewriteReply,
  SimilarRequest,
  TransferRequest,
} from "../schemas.ts";
import { writeRoute } from "./describe.ts";

/** The keys that say how texts are written, as a request gives them. */
interface WriteKeys {
  readonly temperature?: number | undefined;
  readonly top_k?: number | undefined;
  readonly top_p?: number | undefined;
  readonly seed?: number | undefined;
  readonly max_length?: number | undefined;
  readonly ban?: readonly string[] | undefined;
  readonly require?: readonly string[] | undefined;
  readonly no_repeat?: number | undefined;
  readonly form?: VerseForm | undefined;
  readonly label?: string | undefined;
  /** The label by the name that it has where texts get another. */
  readonly to?: string | undefined;
  readonly return_codes: boolean;
}

export function addWriteRoutes(app: App, services: Services): void {
  app.openapi(
    writeRoute({
      name: "generate",
      summary: "Write new texts, from codes drawn from the prior",
      request: GenerateRequest,
      reply: GenerateReply,
    }),
    async (c) => {
      const { n, prior_temperature: priorTemperature, ...keys } = c.req.valid("json");
      return answer(c, keys, (write, { ref, facts }) => {
        if (priorTemperature !== undefined && priorTemperature !== 1 && facts.config.prior === "sphere")
          throw wrong(
            "prior_temperature",
            `${priorTemperature} was given; the prior of "${ref.id}" is a sphere, which takes 1 alone`,
          );
        return { kind: "generate", n, priorTemperature, write };
      });
    },
  );

  app.openapi(
    writeRoute({
      name: "interpolate",
      summary: "Walk from one text to another",
      description:
        "The first and the last text are the reconstructions of `from` and `to`, which stand beside them in `inputs`.",
      request: InterpolateRequest,
      reply: InterpolateReply,
    }),
    async (c) => {
      const { from, to, steps, path, ...keys } = c.req.valid("json");
      const job = (write: WriteSettings): Job => ({ kind: "interpolate", from, to, steps, path, write });
      return answer(c, keys, job, ({ inputs }) => ({ inputs, path }));
    },
  );

  app.openapi(
    writeRoute({
      name: "grid",
      summary: "Blend four texts, one at each corner",
      description: "Texts come row by row; those at the corners are the reconstructions of `corners`.",
      request: GridRequest,
      reply: GridReply,
    }),
    async (c) => {
      const { corners, rows, columns, ...keys } = c.req.valid("json");
      const job = (write: WriteSettings): Job => ({ kind: "grid", corners, rows, columns, write });
      return answer(c, keys, job, ({ inputs }) => ({ inputs, rows, columns }));
    },
  );

  app.openapi(
    writeRoute({
      name: "decode",
      summary: "Write the texts of codes",
      request: DecodeRequest,
      reply: GenerateReply,
    }),
    async (c) => {
      const { codes, ...keys } = c.req.valid("json");
      return answer(c, keys, (write) => ({ kind: "decode", codes, write }));
    },
  );

  app.openapi(
    writeRoute({
      name: "reconstruct",
      summary: "Write each text again, from its code",
      request: ReconstructRequest,
      reply: RewriteReply,
    }),
    async (c) => {
      const { texts, ...keys } = c.req.valid("json");
      return answer(
        c,
        keys,
        (write) => ({ kind: "reconstruct", texts, write }),
        ({ inputs }) => ({ inputs }),
      );
    },
  );

  app.openapi(
    writeRoute({
      name: "transfer",
      summary: "Write each text again with another label",
      description:
        "By a conditional model: what the label does not decide is kept as far as the code of a text holds it.",
      request: TransferRequest,
      reply: RewriteReply,
    }),
    async (c) => {
      const { texts, ...keys } = c.req.valid("json");
      const job = (write: WriteSettings): Job => ({ kind: "reconstruct", texts, write });
      return answer(c, keys, job, ({ inputs }) => ({ inputs }));
    },
  );

  app.openapi(
    writeRoute({
      name: "similar",
      summary: "Write texts like one that is given",
      request: SimilarRequest,
      reply: RewriteReply,
    }),
    async (c) => {
      const { text, n, similarity, ...keys } = c.req.valid("json");
      const job = (write: WriteSettings): Job => ({ kind: "similar", text, n, similarity, write });
      return answer(c, keys, job, ({ inputs }) => ({ inputs }));
    },
  );

  app.openapi(
    writeRoute({
      name: "arithmetic",
      summary: "Move a text along a direction that examples tell",
      description: "`inputs` are the text, then those of `plus`, then those of `minus`.",
      request: ArithmeticRequest,
      reply: ArithmeticReply,
    }),
    async (c) => {
      const { text, plus, minus, strengths, ...keys } = c.req.valid("json");
      const job = (write: WriteSettings): Job => ({ kind: "arithmetic", text, plus, minus, strengths, write });
      return answer(c, keys, job, ({ inputs }) => ({ inputs, strengths }));
    },
  );

  /** Runs the job and answers, with `more` beside what all replies with texts have. */
  async function answer<More extends object>(
    c: Context<AppEnv>,
    keys: WriteKeys,
    job: (write: WriteSettings, model: RegisteredModel) => Job,
    more: (ran: Ran) => More = () => ({}) as More,
  ) {
    const model = await modelOf(c, services);
    const write = settingsOf(keys, model);
    const work = job(write, model);
    const run = (options?: RunOptions): Promise<Ran> => runJob(c, services, model, work, options);
    const rest = (ran: Ran) => ({ ...ran.reply, seed: write.seed, ...more(ran) });
    const written: string[] = [];
    if (services.logTexts) Object.assign(c.get("about"), { seed: write.seed, texts: written });

    if (wantsStream(c)) {
      let left = () => {};
      const { response, finished } = await streamTexts<Ran>({
        run: (onItem) => run({ onItem, onLeave: (leave) => (left = leave) }),
        text(item) {
          written.push(item.text);
          return writtenText(item);
        },
        done: rest,
        failed(cause) {
          const { status, body } = replyToError(cause);
          Object.assign(c.get("about"), { failed: body.error.code, ...(status >= 500 && { err: cause }) });
          return body;
        },
        left: () => left(),
        heartbeat: services.heartbeat,
      });
      c.set("finished", finished);
      return response;
    }
    const ran = await run();
    const texts = ran.result.items.map(writtenText).sort((a, b) => a.index - b.index);
    written.push(...texts.map(({ text }) => text));
    return c.json({ ...rest(ran), texts }, 200);
  }
}

/** Checks what only the model can tell, and draws a seed where none was given. */
function settingsOf(keys: WriteKeys, { ref, facts }: RegisteredModel): WriteSettings {
  const most = facts.config.maxLength;
  if (keys.max_length !== undefined && keys.max_length > most) {
    throw wrong("max_length", `${keys.max_length} was given; the model "${ref.id}" writes at most ${most} tokens`);
  }
  const label = keys.to ?? keys.label;
  if (label !== undefined && !facts.labels.includes(label)) {
    const { expected } = new Labels(facts.labels);
    throw wrong(keys.to === undefined ? "label" : "to", `${JSON.stringify(label)} was given; ${expected}`);
  }
  return {
    temperature: keys.temperature,
    topK: keys.top_k,
    topP: keys.top_p,
    seed: keys.seed ?? randomInt(2 ** 32),
    label,
    maxLength: keys.max_length,
    ban: keys.ban,
    require: keys.require,
    noRepeat: keys.no_repeat,
    form: keys.form,
    returnCodes: keys.return_codes,
  };
}

function wrong(path: string, message: string): RequestError {
  return new RequestError(`The request cannot be used: ${path}: ${message}.`, {
    status: 422,
    code: "invalid",
    issues: [{ path, message }],
  });
}

/**
 * Whether the client asks for a stream by its name, and would not rather have JSON; of what it likes equally well, it gets what it names first.
 * Reference: RFC 9110, section 12.5.1.
 */
function wantsStream(c: Context<AppEnv>): boolean {
  const [json, stream] = ["application/json", "text/event-stream"];
  const chosen = accepts(c, {
    header: "Accept",
    supports: [json, stream],
    default: json,
    // What is accepted comes in the order of preference.
    match(all) {
      const place = (type: string) => all.findIndex((accepted) => accepted.type.toLowerCase() === type);
      const wanted = place(stream);
      const other = [json, "application/*", "*/*"].map(place).find((at) => at >= 0) ?? all.length;
      return wanted >= 0 && wanted < other && Number(all[wanted]?.q) > 0 ? stream : json;
    },
  });
  return chosen === stream;
}
