// Watches what this process does to the world around it: files it looks at, connections and processes it makes, prototypes it changes.
import { createHook } from "node:async_hooks";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { fileURLToPath } from "node:url";

export interface Watch {
  /** Paths given to any function of `node:fs`, in order. */
  readonly files: readonly string[];
  /** What was opened to reach out, by Node's names: a `TCPCONNECTWRAP` is a connection, a `GETADDRINFOREQWRAP` a name looked up. */
  readonly reaches: readonly string[];
  stop(): void;
}

const REACHES = new Set([
  "TCPCONNECTWRAP",
  "PIPECONNECTWRAP",
  "UDPWRAP",
  "GETADDRINFOREQWRAP",
  "GETNAMEINFOREQWRAP",
  "QUERYWRAP",
  "PROCESSWRAP",
]);

/** Watches until it is stopped; only modules that are loaded in the way of ES modules are seen at `node:fs`. */
export function watch(): Watch {
  const files: string[] = [];
  const reaches: string[] = [];
  const hook = createHook({
    init: (_, type) => {
      if (REACHES.has(type)) reaches.push(type);
    },
  }).enable();
  const undo = [fs, fs.promises].map((functions) =>
    replaced(functions as unknown as Record<string, unknown>, ([path]) => {
      if (path instanceof URL) files.push(fileURLToPath(path));
      else if (typeof path === "string" || Buffer.isBuffer(path)) files.push(String(path));
    }),
  );
  syncBuiltinESMExports();
  return {
    files,
    reaches,
    stop() {
      hook.disable();
      for (const restore of undo) restore();
      syncBuiltinESMExports();
    },
  };
}

/** Has every function of an object tell its arguments first; gives back a function that undoes it. */
function replaced(functions: Record<string, unknown>, told: (args: readonly unknown[]) => void): () => void {
  const originals = Object.entries(functions).filter(
    ([name, value]) => typeof value === "function" && !/^[A-Z_]/.test(name),
  );
  for (const [name, original] of originals) {
    functions[name] = new Proxy(original as (...args: unknown[]) => unknown, {
      apply(target, self, args) {
        told(args);
        return Reflect.apply(target, self, args);
      },
    });
  }
  return () => {
    for (const [name, original] of originals) functions[name] = original;
  };
}

const SHARED = {
  Object,
  Array,
  Function,
  String,
  Number,
  Boolean,
  RegExp,
  Date,
  Map,
  Set,
  Promise,
  Error,
  Headers,
  Request,
  Response,
  URL,
};

/** What all objects of a kind inherit, by name: two of these are equal while nobody has changed a prototype. */
export function prototypes(): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, { prototype }] of Object.entries(SHARED)) {
    for (const key of Reflect.ownKeys(prototype)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(prototype, key) ?? {};
      found.set(`${name}.prototype.${String(key)}`, value ?? get ?? set);
    }
  }
  return found;
}
