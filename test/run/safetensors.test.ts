// The safetensors reader and writer, against bytes given by the format itself and against hostile files.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError, RunFolderError } from "../../src/errors.ts";
import {
  decodeSafetensors,
  type NamedArray,
  type NamedArrays,
  readSafetensorsFile,
  safetensorsSlices,
  writeSafetensorsFile,
} from "../../src/run/safetensors.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A file from the text of its header, its data, and (to lie about it) the length of its header. */
function file(header: string | Uint8Array, dataBytes = 0, length?: bigint): Uint8Array {
  const text = Buffer.from(header);
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(length ?? BigInt(text.length));
  return Buffer.concat([start, text, Buffer.alloc(dataBytes)]);
}

function encode(arrays: NamedArrays, metadata?: ReadonlyMap<string, string>): Buffer {
  return Buffer.concat([...safetensorsSlices(arrays, metadata)]);
}

function floats(...numbers: number[]): NamedArray {
  return { shape: [numbers.length], data: Float32Array.from(numbers) };
}

const anyArray: fc.Arbitrary<NamedArray> = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }).chain((shape) => {
  const size = shape.reduce((product, count) => product * count, 1);
  const exactly = { minLength: size, maxLength: size };
  return fc.oneof(fc.float32Array(exactly), fc.int32Array(exactly)).map((data) => ({ shape, data }));
});

const anyName = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("__proto__", "constructor", "toString", 'a"b', "a:b{", "\\"),
);

const anyArrays = fc.array(fc.tuple(anyName, anyArray), { maxLength: 6 }).map((entries) => new Map(entries));

describe("safetensorsSlices", () => {
  it("writes the bytes that the format prescribes", () => {
    const bytes = encode(new Map([["attn.0", { shape: [1, 2, 3], data: Float32Array.from([0, 1, 2, 3, 4, 5]) }]]));
    const header = '{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}';
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from([64, 0, 0, 0, 0, 0, 0, 0]));
    expect(bytes.subarray(8, 72).toString()).toBe(header);
    expect([...bytes.subarray(72)]).toEqual([
      ...[0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64, 0, 0, 160, 64],
    ]);
  });

  it("pads the header with blanks so that the data begins at a multiple of eight", () => {
    const bytes = encode(new Map([["ab", { shape: [1], data: Int32Array.of(-2) }]]));
    expect(bytes.readBigUInt64LE()).toBe(56n);
    expect(bytes.subarray(8, 64).toString()).toBe('{"ab":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}} ');
    expect([...bytes.subarray(64)]).toEqual([254, 255, 255, 255]);
  });

  it("gives the same bytes in whatever order the arrays and the metadata come", () => {
    const [one, two] = [floats(1), floats(2, 3)];
    const pairs: [string, string][] = [
      ["format", "pt"],
      ["step", "7"],
    ];
    const forward = encode(new Map([...Object.entries({ one, two })]), new Map(pairs));
    const backward = encode(new Map([...Object.entries({ two, one })]), new Map(pairs.reverse()));
    expect(backward.equals(forward)).toBe(true);
  });

  it("copies nothing but the header, and slices what is large", () => {
    const data = new Float32Array(700_000).fill(0.5);
    const [, ...rest] = [...safetensorsSlices(new Map([["large", { shape: [700, 1_000], data }]]))];
    expect(rest.map((slice) => slice.byteLength)).toEqual([1 << 20, 1 << 20, 2_800_000 - (2 << 20)]);
    for (const slice of rest) expect(slice.buffer).toBe(data.buffer);
  });

  it("writes the part that a view shows, not the whole buffer", () => {
    const data = Float32Array.from([1, 2, 3, 4]).subarray(1, 3);
    expect(decodeSafetensors(encode(new Map([["view", { shape: [2], data }]]))).arrays.get("view")?.data).toEqual(
      Float32Array.from([2, 3]),
    );
  });

  it.each<[string, string, NamedArray]>([
    ["a shape that does not fit its data", "a", { shape: [2, 2], data: new Float32Array(3) }],
    ["a negative count", "a", { shape: [-1, -1], data: new Float32Array(1) }],
    ["a broken count", "a", { shape: [0.5, 2], data: new Float32Array(1) }],
    ["the name of the metadata", "__metadata__", floats(1)],
    ["a name that is half a character", "\ud800", floats(1)],
  ])("refuses %s before the first slice", (_, name, array) => {
    expect(() => safetensorsSlices(new Map([[name, array]]))).toThrow(InputError);
  });

  it("says what does not fit", () => {
    expect(() => encode(new Map([["w", { shape: [2, 2], data: new Float32Array(3) }]]))).toThrow(
      'array "w" has the shape [2,2] but holds 3 numbers',
    );
  });

  it("refuses more than it would read", () => {
    const many = new Map(Array.from({ length: 10_001 }, (_, i) => [`${i}`, floats()]));
    expect(() => safetensorsSlices(many)).toThrow(/10001 arrays .* expected at most 10000/);
    expect(() => safetensorsSlices(new Map(), new Map([["a", "x".repeat(1 << 20)]]))).toThrow(InputError);
  });
});

describe("decodeSafetensors", () => {
  it("gives back arrays and metadata bit for bit", () => {
    fc.assert(
      fc.property(anyArrays, fc.dictionary(fc.string(), fc.string()), (arrays, pairs) => {
        const metadata = new Map(Object.entries(pairs));
        const content = decodeSafetensors(encode(arrays, metadata));
        expect(content.metadata).toEqual(metadata);
        expect([...content.arrays.keys()].sort()).toEqual([...arrays.keys()].sort());
        for (const [name, { shape, data }] of arrays) {
          const read = content.arrays.get(name);
          expect(read?.shape).toEqual(shape);
          expect(read?.data.constructor).toBe(data.constructor);
          expect(bytesOf(read)).toEqual(bytesOf({ shape, data }));
        }
      }),
    );
  });

  it("gives views of aligned bytes, and a copy of others", () => {
    const bytes = new Uint8Array(encode(new Map([["a", floats(1, 2)]])));
    expect(decodeSafetensors(bytes).arrays.get("a")?.data.buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeSafetensors(shifted.subarray(1)).arrays.get("a")?.data).toEqual(Float32Array.from([1, 2]));
  });

  it("reads what other writers make: blanks in the header, any order of names, no padding", () => {
    const header =
      '{"b": {"shape": [1], "dtype": "F32", "data_offsets": [4, 8]},"a":{"dtype":"I32","shape":[],"data_offsets":[0,4]}}  ';
    const { arrays } = decodeSafetensors(file(header, 8));
    expect(arrays.get("a")).toEqual({ shape: [], data: Int32Array.of(0) });
    expect(arrays.get("b")).toEqual({ shape: [1], data: Float32Array.of(0) });
  });

  it("reads arrays without numbers", () => {
    const bytes = file('{"test":{"dtype":"I32","shape":[2,0],"data_offsets":[0, 0]}}');
    expect(decodeSafetensors(bytes).arrays.get("test")).toEqual({ shape: [2, 0], data: new Int32Array(0) });
    expect(decodeSafetensors(file("{}")).arrays.size).toBe(0);
  });

  it("takes names that JavaScript objects keep for themselves as names like any other", () => {
    const bytes = file(
      '{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"__metadata__":{"__proto__":"x","constructor":"y"}}',
      4,
    );
    const { arrays, metadata } = decodeSafetensors(bytes);
    expect([...arrays.keys()]).toEqual(["__proto__"]);
    expect(metadata.get("__proto__")).toBe("x");
    expect(Object.hasOwn(Object.prototype, "dtype")).toBe(false);
  });

  const entry = (offsets: string, shape = "[2,2]", dtype = '"I32"') =>
    `{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}`;
  const one = (...parts: [string, string?, string?]) => `{"test":${entry(...parts)}}`;
  const sound = one("[0,16]");

  it.each<[string, Uint8Array, RegExp]>([
    // The cases of the reference implementation.
    ["an empty file", new Uint8Array(0), /0 bytes are too few/],
    ["seven bytes", new Uint8Array(7), /7 bytes are too few/],
    ["a header above the limit", file("{}", 0, 0xff_ff_ff_00n), /claims 4294967040 bytes, expected at most/],
    ["a header length above 2^53", file("{}", 0, 0xff_ff_ff_ff_ff_ff_ff_ffn), /claims 18446744073709551615 bytes/],
    ["a header longer than the file", file("", 0, 60n), /claims 60 bytes, the file has 8/],
    ["a header that is not UTF-8", file(new Uint8Array([0xff])), /is not JSON in UTF-8/],
    ["a header that is not JSON", file("{"), /is not JSON/],
    ["a header that begins with blanks", file(" {}"), /is not a JSON object/],
    ["a header that is a list", file("[]"), /is not a JSON object/],
    ["a header that is null", file("null"), /is not a JSON object/],
    ["a header without bytes", file(""), /is not JSON/],
    ["a byte order mark", file("\ufeff{}"), /is not JSON/],
    ["arrays that share their bytes", file(attack(10), 16), /begins at byte 0 of the data, expected 16/],
    ["a byte too many", file(sound, 17), /take 16 bytes, but 17 bytes follow/],
    ["a byte too few", file(sound, 15), /take 16 bytes, but 15 bytes follow/],
    ["a span that does not fit its shape", file(one("[0,4]"), 4), /shape \[2,2\], which does not fit its 4 bytes/],
    ["a shape above 2^64", file(one("[0,16]", "[2,18446744073709551614]"), 16), /not a list of counts/],
    ["a shape above 2^63", file(one("[0,16]", "[2,9223372036854775807]"), 16), /not a list of counts/],
    // And beyond them.
    ["a product that overflows to nothing", file(one("[0,0]", "[4294967296,4294967296,0]")), /does not fit/],
    ["a product above what counts exactly", file(one("[0,16]", "[4503599627370496,4]"), 16), /does not fit/],
    ["a count written 1e400", file(one("[0,16]", "[1e400]"), 16), /not a list of counts/],
    ["a negative shape", file(one("[0,16]", "[-2,-2]"), 16), /not a list of counts/],
    ["a broken shape", file(one("[0,16]", "[0.5,8]"), 16), /not a list of counts/],
    ["a shape that is an object", file(one("[0,16]", '{"length":1}'), 16), /objects too deep/],
    ["a hole before the first array", file(one("[4,20]"), 20), /begins at byte 4 of the data, expected 0/],
    ["a span that runs backwards", file(one("[16,0]"), 16), /does not fit its -16 bytes/],
    ["three offsets", file(one("[0,16,16]"), 16), /not two byte positions/],
    ["one offset", file(one("[16]"), 16), /not two byte positions/],
    ["offsets above 2^53", file(one("[9007199254740992,9007199254741008]"), 16), /not two byte positions/],
    ["a type that is not ours", file(one("[0,16]", "[2,2]", '"F64"'), 16), /of type "F64", expected "F32" or "I32"/],
    ["a type that is no text", file(one("[0,16]", "[2,2]", "null"), 16), /of type null/],
    ["an array that is null", file('{"test":null}'), /exactly dtype, shape and data_offsets/],
    [
      "a field too many",
      file(`{"test":${sound.slice(8, -2)},"__proto__":{}}}`, 16),
      /exactly dtype, shape and data_offsets/,
    ],
    ["a field too few", file('{"test":{"dtype":"I32","shape":[2,2]}}', 16), /exactly dtype, shape and data_offsets/],
    ["a name twice", file(`{"test":${entry("[0,16]")},"test":${entry("[0,16]")}}`, 16), /a name twice/],
    ["an escaped name twice", file(`{"test":${entry("[0,16]")},"t\\u0065st":${entry("[0,16]")}}`, 16), /a name twice/],
    ["a field twice", file('{"test":{"dtype":"I32","dtype":"F32","shape":[0],"data_offsets":[0,0]}}'), /a name twice/],
    ["a name that is half a character", file(`{"\\ud800":${entry("[0,16]")}}`, 16), /not valid Unicode/],
    ["metadata that is a text", file('{"__metadata__":"x"}'), /__metadata__ is not an object/],
    ["metadata with a number", file('{"__metadata__":{"step":1}}'), /has a "step" that is not a string/],
    ["metadata that is an array's entry", file(`{"__metadata__":${entry("[0,16]")}}`, 16), /not a string/],
    ["ten thousand arrays and one", file(attack(10_001, "[0,0]", "[0]")), /has 10001 arrays/],
    ["objects as deep as the header is long", file('{"a":'.repeat(50_000)), /not JSON/],
  ])("rejects %s", (_, bytes, sentence) => {
    expect(() => decodeSafetensors(bytes, "RUN/model.safetensors")).toThrow(RunFolderError);
    expect(() => decodeSafetensors(bytes, "RUN/model.safetensors")).toThrow(
      /^RUN\/model.safetensors is not a sound safetensors file: /,
    );
    expect(() => decodeSafetensors(bytes)).toThrow(sentence);
  });

  it("rejects a mutant, or reads arrays that lie within it: never anything else", () => {
    const arrays = new Map<string, NamedArray>([
      ["a", { shape: [2, 3], data: Float32Array.from([1, 2, 3, 4, 5, 6]) }],
      ["b", { shape: [2], data: Int32Array.from([7, 8]) }],
    ]);
    const original = encode(arrays, new Map([["format", "pt"]]));
    const mutation = fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    let rejected = 0;
    fc.assert(
      fc.property(mutation, fc.nat(original.length), fc.nat(9), (changes, length, cut) => {
        const mutant = Buffer.from(original);
        for (const [at, byte] of changes) mutant[at] = byte;
        const bytes = cut === 0 ? mutant.subarray(0, length) : mutant;
        try {
          for (const { shape, data } of decodeSafetensors(bytes).arrays.values()) {
            expect(data.length).toBe(shape.reduce((product, count) => product * count, 1));
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RunFolderError);
          rejected++;
        }
      }),
      { numRuns: 3_000 },
    );
    expect(rejected).toBeGreaterThan(500);
  });

  function attack(count: number, offsets = "[0,16]", shape = "[2,2]"): string {
    const entries = Array.from({ length: count }, (_, i) => `"t${i}":${entry(offsets, shape)}`);
    return `{${entries.join(",")}}`;
  }
});

describe("safetensors files", () => {
  it("are read back as they were written, with nothing left beside them", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "model.safetensors");
    const arrays = new Map([["w", { shape: [2, 15_000], data: new Float32Array(30_000).map((_, i) => i) }]]);
    await writeSafetensorsFile(path, arrays, new Map([["format", "latentext"]]));
    expect(await readSafetensorsFile(path)).toEqual({ arrays, metadata: new Map([["format", "latentext"]]) });
    expect(readFileSync(path).equals(encode(arrays, new Map([["format", "latentext"]])))).toBe(true);
    expect(readdirSync(folder)).toEqual(["model.safetensors"]);
  });

  it("are read the same as their bytes, also where the header has an odd length", async () => {
    const path = join(temporaryFolder(), "odd.safetensors");
    const bytes = file('{"a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}} ', 4);
    expect((bytes.length - 4) % 4).not.toBe(0);
    bytes[bytes.length - 4] = 9;
    writeFileSync(path, bytes);
    expect((await readSafetensorsFile(path)).arrays.get("a")?.data).toEqual(Int32Array.of(9));
  });

  it("are rejected with their name when they are damaged, missing, or no files", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "model.safetensors");
    await expect(readSafetensorsFile(path)).rejects.toThrow(/model.safetensors could not be read: ENOENT/);
    for (const bytes of [new Uint8Array(0), file("{}", 1), file("{}", 0, 1_000n)]) {
      writeFileSync(path, bytes);
      await expect(readSafetensorsFile(path)).rejects.toThrow(/model.safetensors is not a sound safetensors file: /);
    }
    mkdirSync(join(folder, "inner"));
    await expect(readSafetensorsFile(join(folder, "inner"))).rejects.toThrow(/it is not a file/);
  });

  it("are not touched when the arrays do not fit", async () => {
    const folder = temporaryFolder();
    const wrong = new Map([["w", { shape: [3], data: new Float32Array(2) }]]);
    await expect(writeSafetensorsFile(join(folder, "a"), wrong)).rejects.toThrow(InputError);
    expect(readdirSync(folder)).toEqual([]);
  });
});

function bytesOf(array: NamedArray | undefined): Uint8Array | undefined {
  return array && new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength);
}
