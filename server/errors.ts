// What can go wrong on the server's side of a request, each with the status and code that the client sees.
import { LatentextError } from "../src/errors.ts";

export class ServerError extends LatentextError {
  override name = "ServerError";
  readonly status: 401 | 404 | 405 | 413 | 415 | 421 | 422 | 429 | 500 | 503 | 504 = 500;
  readonly code: string = "internal";
  /** Seconds after which it is worth trying again. */
  readonly retryAfter?: number;
}

/** All places are taken. */
export class OverloadedError extends ServerError {
  constructor() {
    super("All places are taken; expected fewer requests at once: try again soon.");
  }

  override name = "OverloadedError";
  override readonly status = 429;
  override readonly code = "overloaded";
  override readonly retryAfter = 1;
}

/** An inference process died with the request, or the server is stopping. */
export class UnavailableError extends ServerError {
  override name = "UnavailableError";
  override readonly status = 503;
  override readonly code = "unavailable";
  override readonly retryAfter = 1;
}

/** The request took longer than a request may. */
export class DeadlineError extends ServerError {
  override name = "DeadlineError";
  override readonly status = 504;
  override readonly code = "deadline";
}

/** The codes of the corpus lines are being computed. */
export class IndexNotReadyError extends ServerError {
  override name = "IndexNotReadyError";
  override readonly status = 503;
  override readonly code = "index_not_ready";
  override readonly retryAfter = 3;
}

export class UnknownModelError extends ServerError {
  override name = "UnknownModelError";
  override readonly status = 404;
  override readonly code = "unknown_model";
}

/** The request itself is at fault, or what it asks for is not to be had now. */
export class RequestError extends ServerError {
  override name = "RequestError";
  override readonly status: ServerError["status"];
  override readonly code: string;
  /** What is wrong, each with the path of a key. */
  readonly issues: readonly Issue[] | undefined;
  declare readonly retryAfter?: number;

  constructor(
    message: string,
    { status, code, issues, retryAfter, cause }: RequestErrorOptions & { readonly cause?: unknown },
  ) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.issues = issues;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}

export interface Issue {
  readonly path: string;
  readonly message: string;
}

export interface RequestErrorOptions {
  readonly status: ServerError["status"];
  readonly code: string;
  readonly issues?: readonly Issue[];
  readonly retryAfter?: number;
}
