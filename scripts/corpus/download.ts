// Downloads one file: streamed to disk, counted and summed on the way, every failure told as one sentence.
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { LatentextError, messageOf } from "../../src/errors.ts";

export interface DownloadOptions {
  readonly url: string;
  /** Where to write; must not exist. What is there after a failure is for the caller to remove. */
  readonly path: string;
  /** Expected size and SHA-256 (hexadecimal), null where they are not known. */
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** The longest silence of the server that is borne, in milliseconds. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** Called with the bytes so far and the bytes to come, null where the server does not say. */
  readonly onProgress?: (done: number, total: number | null) => void;
}

export interface Downloaded {
  readonly bytes: number;
  readonly sha256: string;
  /** Whether the catalogue knew the sum, which then agreed. */
  readonly verified: boolean;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was closed",
  UND_ERR_SOCKET: "the connection was closed",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name could not be looked up",
  ETIMEDOUT: "the host did not answer",
  UND_ERR_CONNECT_TIMEOUT: "the host did not answer",
};

/** Redirects are followed. @throws LatentextError when the file does not arrive whole and as expected. */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  const { url, path, bytes, sha256, timeout = 30_000, signal, onProgress } = options;
  const silence = new AbortController();
  const alarm = setTimeout(() => silence.abort(), timeout);
  const hash = createHash("sha256");
  let done = 0;
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any(signal ? [silence.signal, signal] : [silence.signal]),
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new LatentextError(`${url} answered ${`${response.status} ${response.statusText}`.trim()}.`);
    }
    // The length is that of the encoded bytes, so it says nothing where the server compressed them for the way.
    const length = response.headers.get("content-encoding") === null ? response.headers.get("content-length") : null;
    const total = bytes ?? (length === null ? null : Number(length));
    const meter = new Transform({
      transform(chunk: Uint8Array, _encoding, next) {
        alarm.refresh();
        hash.update(chunk);
        done += chunk.length;
        onProgress?.(done, total);
        next(bytes !== null && done > bytes ? wrongSize(url, bytes, "more") : null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body), meter, createWriteStream(path, { flags: "wx" }));
  } catch (cause) {
    if (cause instanceof LatentextError) throw cause;
    if (signal?.aborted) throw new LatentextError(`The download of ${url} was stopped.`);
    if (silence.signal.aborted) throw new LatentextError(`${url} sent nothing for ${timeout / 1000} seconds.`);
    const reason = reasonOf(cause);
    throw new LatentextError(
      done > 0
        ? `The download of ${url} broke off after ${done} bytes: ${reason}.`
        : `${url} could not be fetched: ${reason}.`,
    );
  } finally {
    clearTimeout(alarm);
  }
  if (bytes !== null && done < bytes) throw wrongSize(url, bytes, String(done));
  const sum = hash.digest("hex");
  if (sha256 !== null && sum !== sha256) {
    throw new LatentextError(`${url} has the SHA-256 ${sum}, where the catalogue expects ${sha256}.`);
  }
  return { bytes: done, sha256: sum, verified: sha256 !== null };
}

function wrongSize(url: string, expected: number, got: string): LatentextError {
  return new LatentextError(`${url} has ${got} bytes, where the catalogue expects ${expected}.`);
}

// fetch hides what went wrong one or two causes deep.
function reasonOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const known = "code" in cause && typeof cause.code === "string" ? REASONS[cause.code] : undefined;
    if (known !== undefined) return known;
    if (cause.cause === undefined) return cause.message;
  }
  return messageOf(error);
}
