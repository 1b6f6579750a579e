import { readFileSync } from "node:fs";
import { fileOfBytes } from "@sdtt/checkpoint";
import { fixturePath } from "@sdtt/testing";
import { expect, test } from "vitest";
import { isKind } from "../pickle/value.ts";
import { readTorchFile } from "../torch-file.ts";

const uint32 = (value: number): string => Buffer.from(Uint32Array.of(value).buffer).toString("latin1");
const key = (name: string): string => `X${uint32(name.length)}${name}`;
const floats = (name: string, length: number): string =>
  `(${key("storage")}ctorch\nFloatStorage\n${key(name)}${key("cpu")}J${uint32(length)}NtQ`;
const vector = (name: string, length: number): string =>
  `ctorch._utils\n_rebuild_tensor_v2\n(${floats(name, length)}K\x00J${uint32(length)}\x85K\x01\x85\x89NtR`;
const stored = (...values: number[]): string =>
  `${uint32(values.length)}${uint32(0)}${Buffer.from(Float32Array.from(values).buffer).toString("latin1")}`;

const parts = {
  magic: "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19",
  version: "M\xe9\x03",
  system: "}",
  object: `](${vector("5", 2)}${vector("3", 1)}e`,
  keys: `](${key("3")}${key("5")}e`,
  storages: stored(7) + stored(1, 2),
};

/** A file of five pickles and storages, with some of them replaced. */
function legacy(replaced: Partial<typeof parts> = {}): Buffer {
  const { storages, ...pickles } = { ...parts, ...replaced };
  const bodies = Object.values(pickles).map((body) => `\x80\x02${body}.`);
  return Buffer.from(bodies.join("") + storages, "latin1");
}

const readAll = async (bytes: Uint8Array): Promise<unknown[]> => {
  const file = await readTorchFile(fileOfBytes("x.pt", bytes));
  const tensors = Array.isArray(file.root) ? file.root.filter((value) => isKind(value, "tensor")) : [];
  return await Promise.all(tensors.map(async (tensor) => (await file.read(tensor)).data));
};

test("storages lie in the order of the keys", async () => {
  expect(await readAll(legacy())).toEqual([Float32Array.of(1, 2), Float32Array.of(7)]);
});

test("pickles are found past the first megabyte without the storages being read", async () => {
  const object = `](${vector("5", 2)}X${uint32(2e6)}${"a".repeat(2e6)}${vector("3", 2 ** 20)}e`;
  const storages = `${uint32(2 ** 20)}${uint32(0)}${"\x00".repeat(2 ** 22)}${stored(1, 2)}`;
  const file = fileOfBytes("x.pt", legacy({ object, storages }));
  let furthest = 0;
  const opened = await readTorchFile({
    ...file,
    read: (offset, length) => {
      if (length > 8) furthest = Math.max(furthest, offset + length);
      return file.read(offset, length);
    },
  });
  expect(furthest).toBe(2 ** 22);
  const [first] = opened.root as never[];
  expect((await opened.read(first!)).data).toEqual(Float32Array.of(1, 2));
});

test("what the file says of its machine's byte order does not matter", async () => {
  const system = `}${key("little_endian")}\x89s`;
  expect(await readAll(legacy({ system }))).toEqual([Float32Array.of(1, 2), Float32Array.of(7)]);
});

test.each<[what: string, message: RegExp, bytes: Uint8Array]>([
  ["another magic number", /not one that torch\.save wrote/, legacy({ magic: "K\x01" })],
  ["another version", /not one that torch\.save wrote/, legacy({ version: "M\xea\x03" })],
  ["a plain pickle", /only 1 of its 5 pickles end within 4 bytes/, Buffer.from("\x80\x02}.", "latin1")],
  ["a cut pickle", /only 3 of its 5 pickles/, legacy().subarray(0, 60)],
  ["pickles without end", /has more than 1000000 operations/, legacy({ object: "N0".repeat(6e5) })],
  [
    "a cut storage",
    /storages end at byte \d+ but the file at \d+; it may be truncated/,
    legacy().subarray(0, -1),
  ],
  ["something after the storages", /storages end at byte/, Buffer.concat([legacy(), Buffer.of(0)])],
  [
    "a key that no tensor views",
    /or one that no tensor of a known type views/,
    legacy({ keys: `](${key("3")}${key("6")}e` }),
  ],
  ["a key twice", /names one twice/, legacy({ keys: `](${key("3")}${key("3")}e` })],
  ["a key that is missing", /lists 1 storages but its tensors view 2/, legacy({ keys: `](${key("3")}e` })],
  ["keys that are no list", /lists 0 storages/, legacy({ keys: "}" })],
  [
    "a storage of another length",
    /storage "3" has 2 elements where its pickle says 1/,
    legacy({ storages: `${uint32(2)}${stored(7).slice(4)}${stored(1, 2)}` }),
  ],
  [
    "a view of a storage",
    /a storage in a way that is not known/,
    legacy({ object: `](${floats("3", 1).replace("NtQ", "(K\x01K\x02K\x03ttQ")}e` }),
  ],
  [
    "a storage among the keys",
    /beside that of its object refers to a storage/,
    legacy({ keys: `](${key("3")}${key("storage")}Qe` }),
  ],
  ["a global as the keys", /lists 0 storages/, legacy({ keys: "ctorch\nFloatStorage\n" })],
  ["a global among the keys", /names one twice, or/, legacy({ keys: "](ctorch\nFloatStorage\ne" })],
  ["neither zip nor pickle", /begins neither as a zip archive nor as a pickle/, Buffer.from("PRK")],
  ["an empty file", /begins neither/, Buffer.alloc(0)],
  [
    "a zip archive that is cut",
    /does not end in a zip directory; it may be truncated/,
    Buffer.from("PK\x03\x04"),
  ],
])("refuses %s", async (_what, message, bytes) => {
  const error: unknown = await readAll(bytes).catch((error: unknown) => error);
  expect(error).toMatchObject({ name: "SdttError", code: "format", message: expect.stringMatching(message) });
  expect((error as Error).message).not.toContain("\n");
});

test.each(["legacy_f16.ckpt", "lightning.ckpt"])("%s cut anywhere is refused", async (name) => {
  const bytes = readFileSync(fixturePath(name));
  for (let part = 0; part < 50; part++) {
    const cut = fileOfBytes(name, bytes.subarray(0, Math.floor((bytes.length * part) / 50)));
    await expect(readTorchFile(cut)).rejects.toMatchObject({ code: "format" });
  }
});
