// Replies as event streams: texts as they are ready, then the rest of the reply or the error.
import type { Item } from "./inference/jobs.ts";

export interface TextStreamOptions<Result> {
  /** Does the work, and tells each text. */
  readonly run: (onItem: (item: Item) => void) => Promise<Result>;
  /** The data of a `text` event. */
  readonly text: (item: Item) => unknown;
  /** The data of the `done` event. */
  readonly done: (result: Result) => unknown;
  /** The data of the `error` event, once the stream has begun. */
  readonly failed: (cause: unknown) => unknown;
  /** Called when the client stops to read. */
  readonly left: () => void;
  /** Seconds between comments that keep a waiting connection open. */
  readonly heartbeat: number;
}

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  // Proxies that collect a reply before they pass it on would undo the streaming.
  "x-accel-buffering": "no",
};

/**
 * Begins the work, and the stream with its first text or its end: what refuses the work before is thrown, and so gets a status of its own.
 * @returns the reply, and a promise that is settled when all of it has been written
 */
export async function streamTexts<Result>(
  options: TextStreamOptions<Result>,
): Promise<{ response: Response; finished: Promise<void> }> {
  const { run, text, done, failed, left, heartbeat } = options;
  const encoder = new TextEncoder();
  let isOpen = true;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
    cancel() {
      isOpen = false;
      left();
    },
  });
  const write = (chunk: string) => {
    if (isOpen) controller?.enqueue(encoder.encode(chunk));
  };
  const send = (event: string, data: unknown) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const outcome = run((item) => {
    send("text", text(item));
    begin();
  });
  await Promise.race([begun, outcome]);

  const beat = setInterval(() => write(": waiting\n\n"), heartbeat * 1_000);
  const finished = outcome
    .then(
      (result) => send("done", done(result)),
      (cause: unknown) => send("error", failed(cause)),
    )
    .finally(() => {
      clearInterval(beat);
      if (isOpen) controller?.close();
      isOpen = false;
    });
  return { response: new Response(body, { headers: HEADERS }), finished };
}
