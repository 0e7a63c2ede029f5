// Reads from files whose size is known beforehand.
import { type FileHandle, open, stat } from "node:fs/promises";
import { fileError } from "./atomic-file.ts";

const READ_BYTES = 1 << 24;

/**
 * Opens a file, gives it and its size to `use`, and closes it.
 * @throws RunFolderError that names the file, whatever went wrong; errors of ours pass unchanged
 */
export async function withFile<T>(path: string, use: (handle: FileHandle, size: number) => Promise<T>): Promise<T> {
  try {
    // Looked at before it is opened: opening a pipe would wait for a writer.
    if (!(await stat(path)).isFile()) throw new Error("it is not a file");
    const handle = await open(path, "r");
    try {
      return await use(handle, (await handle.stat()).size);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw fileError(path, "read", cause);
  }
}

/** Reads `length` bytes from `position` on into a buffer of their own; `onPart` sees them on the way. */
export async function readExactly(
  handle: FileHandle,
  position: number,
  length: number,
  onPart: (part: Uint8Array) => void = () => {},
): Promise<Uint8Array> {
  const target = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(target, done, Math.min(length - done, READ_BYTES), position + done);
    if (bytesRead === 0) throw new Error("it became shorter while it was read");
    onPart(target.subarray(done, done + bytesRead));
    done += bytesRead;
  }
  return target;
}
