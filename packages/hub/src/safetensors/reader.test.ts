import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileOfBytes, readSafetensors } from "@sdtt/checkpoint";
import { fixturePath, readFixture } from "@sdtt/testing";
import { afterAll, expect, test } from "vitest";
import { openSafetensors } from "./open-safetensors.ts";

const scratch = await mkdtemp(join(tmpdir(), "sdtt-safetensors-"));
afterAll(() => rm(scratch, { recursive: true }));

/** A file of this header and so many bytes of data; `length` is the header's announced length, if not the true one. */
function bytesOf(header: string | Uint8Array, dataLength = 0, length?: bigint): Uint8Array {
  const json = Buffer.from(header);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(json.length));
  return Buffer.concat([prefix, json, Buffer.alloc(dataLength)]);
}

const parse = (bytes: Uint8Array) => readSafetensors(fileOfBytes("model.safetensors", bytes));

const entry = (dtype: string, shape: string, offsets: string): string =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;
const pair = (a: string, b: string): string => `{"a":${a},"b":${b}}`;

test.each(["hub/model", "mdlm_hf/model", "sedd/model", "forward", "losses"])(
  "%s gives its tensors bit for bit",
  async (name) => {
    const expected = readFixture(`${name}.safetensors`);
    await using file = await openSafetensors(fixturePath(`${name}.safetensors`));
    expect([...file.tensors.keys()]).toEqual([...expected.keys()]);
    for (const [key, wanted] of expected) expect(await file.read(key)).toEqual(wanted);
  },
);

test("white space, escapes, empty tensors and any order of the fields are allowed", async () => {
  const header = `{ "\\u00e9\\n" : {"shape":[], "data_offsets":[0,4] ,"dtype":"F32"},
    "empty":${entry("I64", "[0,7]", "[4,4]")}, "__proto__":${entry("U8", "[3]", "[4,7]")}, "__metadata__":{"format":"pt"}}   `;
  const file = await parse(bytesOf(header, 7));
  expect([...file.tensors.keys()]).toEqual(["é\n", "empty", "__proto__"]);
  expect((await file.read("__proto__")).data).toEqual(new Uint8Array(3));
  expect(file.metadata).toEqual(new Map([["format", "pt"]]));
  expect((await parse(bytesOf("{}"))).tensors.size).toBe(0);
});

const one = (dtype: string, shape: string, offsets: string): string =>
  `{"a":${entry(dtype, shape, offsets)}}`;
const f32 = one("F32", "[2]", "[0,8]");

test.each<[rule: string, bytes: Uint8Array, message: RegExp]>([
  ["an empty file", new Uint8Array(), /model\.safetensors is empty/],
  ["a file shorter than its prefix", new Uint8Array(7), /has 7 bytes/],
  ["a header over the bound", bytesOf(f32, 8, 100_000_001n), /header of 100000001 bytes; at most 100000000/],
  ["a header of 2^64 - 1 bytes", bytesOf(f32, 8, 2n ** 64n - 1n), /header of 18446744073709551615 bytes/],
  [
    "a header past the end",
    bytesOf(f32, 8, 10_000n),
    /header of 10000 bytes but has \d+ in all; it is truncated/,
  ],
  ["no opening brace", bytesOf(` ${f32}`, 8), /does not begin with "{"/],
  ["a byte order mark", bytesOf(`\uFEFF${f32}`, 8), /does not begin with "{"/],
  ["a header of no bytes", bytesOf(""), /does not begin with "{"/],
  [
    "bytes that are not UTF-8",
    bytesOf(Buffer.from(f32.replace("a", "\xff"), "latin1"), 8),
    /byte 2 .* not valid UTF-8/,
  ],
  ["a lone surrogate", bytesOf(f32.replace('"a"', '"\\ud800"'), 8), /byte 2 .* not valid UTF-8/],
  ["an unknown escape", bytesOf(f32.replace('"a"', '"\\x"'), 8), /byte 2 .* not valid UTF-8/],
  ["a control character in a string", bytesOf(f32.replace("a", "\n"), 8), /"\\n" where the end of a string/],
  ["an unclosed string", bytesOf('{"abc'), /is its end where the end of a string/],
  ["an unclosed object", bytesOf(f32.slice(0, -1), 8), /is its end where "}" is expected/],
  ["a trailing comma", bytesOf(f32.replace(/}$/, ",}"), 8), /"}" where a string is expected/],
  ["something after the object", bytesOf(`${f32} x`, 8), /"x" where nothing more is expected/],
  [
    "a duplicate tensor",
    bytesOf(`{"a":${entry("F32", "[2]", "[0,8]")},"a":${entry("U8", "[8]", "[0,8]")}}`, 8),
    /"a" stands twice/,
  ],
  [
    "a duplicate tensor behind an escape",
    bytesOf(`{"a":${entry("F32", "[2]", "[0,8]")},"\\u0061":${entry("U8", "[0]", "[8,8]")}}`, 8),
    /"a" stands twice/,
  ],
  ["duplicate metadata", bytesOf('{"__metadata__":{},"__metadata__":{}}'), /"__metadata__" stands twice/],
  [
    "a duplicate key in the metadata",
    bytesOf('{"__metadata__":{"k":"1","k":"2"}}'),
    /"k" stands twice in its metadata/,
  ],
  ["metadata that is not strings", bytesOf('{"__metadata__":{"k":1}}'), /"1" where a string is expected/],
  ["a duplicate field", bytesOf(f32.replace('"shape"', '"shape":[2],"shape"'), 8), /repeated field "shape"/],
  [
    "an unknown field",
    bytesOf(f32.replace('"shape"', '"strides":[1],"shape"'), 8),
    /unexpected or repeated field "strides"/,
  ],
  ["a missing field", bytesOf('{"a":{"dtype":"F32","shape":[2]}}', 8), /"a" lacks/],
  ["one offset", bytesOf(one("F32", "[2]", "[8]"), 8), /"a" lacks/],
  ["three offsets", bytesOf(one("F32", "[2]", "[0,8,8]"), 8), /more than 2 numbers/],
  [
    "an unknown type",
    bytesOf(one("F8_E4M3", "[8]", "[0,8]"), 8),
    /"a" has type "F8_E4M3"; known are BOOL, U8/,
  ],
  ["a negative size", bytesOf(one("F32", "[-2]", "[0,8]"), 8), /"-" where an unsigned integer/],
  ["a fraction", bytesOf(one("F32", "[2.0]", "[0,8]"), 8), /"\." where "\]" is expected/],
  ["an exponent", bytesOf(one("F32", "[2e0]", "[0,8]"), 8), /"e" where "\]" is expected/],
  ["a leading zero", bytesOf(one("F32", "[02]", "[0,8]"), 8), /leading zero/],
  ["a number over 2^53", bytesOf(one("U8", "[9007199254740992]", "[0,8]"), 8), /over 2\^53/],
  [
    "a product that overflows",
    bytesOf(one("F32", "[4294967296,4294967296]", "[0,8]"), 8),
    /too large to count/,
  ],
  ["a rank without bound", bytesOf(one("F32", `[${"1,".repeat(64)}1]`, "[0,4]"), 4), /more than 64 numbers/],
  [
    "tensors without bound",
    bytesOf(`{${Array.from({ length: 20_001 }, (_, i) => `"${i}":${entry("U8", "[0]", "[0,0]")}`).join()}}`),
    /more than 20000 tensors/,
  ],
  [
    "a shape that is not its bytes",
    bytesOf(one("F32", "[3]", "[0,8]"), 8),
    /F32 of shape \[3\], takes 12 bytes but has data_offsets \[0, 8\]/,
  ],
  [
    "an end before the begin",
    bytesOf(one("F32", "[0]", "[8,0]"), 8),
    /takes 0 bytes but has data_offsets \[8, 0\]/,
  ],
  [
    "data that does not start at 0",
    bytesOf(one("F32", "[1]", "[4,8]"), 8),
    /starts at byte 4 of the data and leaves a hole from 0 on/,
  ],
  [
    "a hole",
    bytesOf(pair(entry("U8", "[1]", "[0,1]"), entry("U8", "[1]", "[2,3]")), 3),
    /"b" starts at byte 2 .* hole from 1 on/,
  ],
  [
    "an overlap",
    bytesOf(pair(entry("U8", "[2]", "[1,3]"), entry("U8", "[2]", "[0,2]")), 3),
    /"a" starts at byte 1 .* overlaps the one before, which ends at 2/,
  ],
  [
    "two tensors on the same bytes",
    bytesOf(pair(entry("U8", "[2]", "[0,2]"), entry("U8", "[2]", "[0,2]")), 2),
    /overlaps/,
  ],
  ["a truncated file", bytesOf(f32, 7), /it ends at byte \d+ of \d+; it is truncated/],
  [
    "bytes after the last tensor",
    bytesOf(f32, 9),
    /last tensor ends at byte \d+, but the file continues to \d+/,
  ],
])("refuses %s", async (_rule, bytes, message) => {
  const error: unknown = await parse(bytes).catch((error: unknown) => error);
  expect(error).toMatchObject({ name: "SdttError", code: "format", message: expect.stringMatching(message) });
  expect((error as Error).message).not.toContain("\n");
});

test("locations carry the real path, as a symlink of the Hub's cache needs", async () => {
  const link = join(scratch, "link.safetensors");
  await symlink(fixturePath("hub/model.safetensors"), link);
  await using file = await openSafetensors(link);
  const { location } = file.tensors.get("backbone.vocab_embed.embedding")!;
  expect(location).toEqual({
    path: fixturePath("hub/model.safetensors"),
    offset: 8 + 3048 + 577700,
    byteLength: 24832,
  });
});

test("a missing path, a directory and an unknown tensor are told apart", async () => {
  await expect(openSafetensors(join(scratch, "absent"))).rejects.toMatchObject({ code: "not-found" });
  await expect(openSafetensors(scratch)).rejects.toMatchObject({
    code: "io",
    message: expect.stringMatching(/is not a regular file but a directory/),
  });
  await using file = await openSafetensors(fixturePath("losses.safetensors"));
  await expect(file.read("absent")).rejects.toMatchObject({ code: "not-found" });
});
