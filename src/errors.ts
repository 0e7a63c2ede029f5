// The errors that latentext throws on purpose: one base class, one small subclass a kind of trouble.

/** Base of every error that latentext raises itself. `exitCode` is what the command line ends with. */
export class LatentextError extends Error {
  override name = "LatentextError";
  readonly exitCode: number = 1;
}

/** The user asked for something that cannot be: a wrong flag, a bad file, text that breaks a limit. Exit code 2. */
export class InputError extends LatentextError {
  override name = "InputError";
  override readonly exitCode: number = 2;
}

/** A file or folder of ours is damaged, of another version, or held by another process. */
export class RunFolderError extends LatentextError {
  override name = "RunFolderError";
}

/** A run's folder takes no files: it may not be written, or its disk is full. */
export class UnwritableRunError extends RunFolderError {
  override name = "UnwritableRunError";
}

/** An engine was asked for by name and cannot run here. */
export class EngineUnavailableError extends LatentextError {
  override name = "EngineUnavailableError";
  override readonly exitCode: number = 2;
}

/** Training met a loss or a gradient that is not a finite number. */
export class NonFiniteError extends LatentextError {
  override name = "NonFiniteError";
}

/** A model was called after it had been disposed of. */
export class DisposedError extends LatentextError {
  override name = "DisposedError";
}

/** A caught value as one sentence, whatever was thrown. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
