import type { OpenedFile } from "@sdtt/checkpoint";
import { expect, test } from "vitest";
import { isKind } from "../pickle/value.ts";
import { readTorchFile } from "../torch-file.ts";

/** An entry of an archive, and what its records say otherwise than they should. */
interface Entry {
  readonly name: string | Uint8Array;
  /** Its bytes, or how many zeros it has. */
  readonly data?: string | number;
  readonly flags?: number;
  readonly method?: number;
  readonly localName?: string;
  readonly localExtra?: number;
  /** Added to the size that the directory tells. */
  readonly growth?: number;
  /** Added to the second of the two sizes. */
  readonly discord?: number;
}

interface Archive {
  readonly entries: readonly Entry[];
  /** Whether every number that may be wide is. */
  readonly zip64?: boolean;
  /** Added to the number of entries, to the directory's place, and to that of the zip64 end record. */
  readonly entryCountError?: number;
  readonly directoryError?: number;
  readonly end64Error?: number;
  readonly comment?: string;
}

const wide = 0xffff_ffff;

/** Little-endian numbers of these widths in bytes. */
function record(...fields: [width: number, value: number][]): Buffer {
  return Buffer.concat(
    fields.map(([width, value]) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer).subarray(0, width)),
  );
}

/** Writes the archive as torch.save does: local headers without sizes, everything stored. Zeros take no memory. */
function archive({ entries, zip64 = false, comment = "", ...errors }: Archive): OpenedFile {
  const parts: { at: number; bytes: Buffer }[] = [];
  let size = 0;
  const write = (...bytes: Buffer[]): void => {
    parts.push({ at: size, bytes: Buffer.concat(bytes) });
    size += parts.at(-1)!.bytes.length;
  };
  const directory = entries.map(
    ({ data = "", flags = 0x0808, method = 0, growth = 0, discord = 0, ...entry }) => {
      const [name, localName, extra] = [entry.name, entry.localName ?? entry.name, entry.localExtra ?? 0].map(
        (value) => (typeof value === "number" ? Buffer.alloc(value) : Buffer.from(value)),
      ) as [Buffer, Buffer, Buffer];
      const headerOffset = size;
      const common: [number, number][] = [
        [2, flags],
        [2, method],
        [4, 0],
        [4, 0],
      ];
      write(
        record([4, 0x04034b50], [2, 0], ...common, [4, 0], [4, 0], [2, localName.length], [2, extra.length]),
        localName,
        extra,
      );
      if (typeof data === "number") size += data;
      else write(Buffer.from(data, "latin1"));
      const length = (typeof data === "number" ? data : data.length) + growth;
      const numbers: [number, number, number] = [length + discord, length, headerOffset];
      const [stored, original, offset] = zip64 ? [wide, wide, wide] : numbers;
      // The order in the extra field is another: the original size comes first.
      const extra64 = zip64
        ? record(
            [2, 0x5a5a],
            [2, 2],
            [2, 0],
            [2, 1],
            [2, 24],
            [8, numbers[1]],
            [8, numbers[0]],
            [8, numbers[2]],
          )
        : Buffer.alloc(0);
      return Buffer.concat([
        record([4, 0x02014b50], [4, 0], ...common, [4, stored], [4, original]),
        record([2, name.length], [2, extra64.length], [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
        name,
        extra64,
      ]);
    },
  );
  const place = size + (errors.directoryError ?? 0);
  const count = entries.length + (errors.entryCountError ?? 0);
  write(...directory);
  const [length, end64] = [size - (place - (errors.directoryError ?? 0)), size + (errors.end64Error ?? 0)];
  if (zip64) {
    write(
      record(
        [4, 0x06064b50],
        [8, 44],
        [2, 0],
        [2, 45],
        [4, 0],
        [4, 0],
        [8, count],
        [8, count],
        [8, length],
        [8, place],
      ),
      record([4, 0x07064b50], [4, 0], [8, end64], [4, 1]),
    );
  }
  const narrow = (value: number, widest: number): number => (zip64 ? widest : value);
  write(
    record([4, 0x06054b50], [4, 0], [2, narrow(count, 0xffff)], [2, narrow(count, 0xffff)]),
    record([4, narrow(length, wide)], [4, narrow(place, wide)], [2, comment.length]),
    Buffer.from(comment),
  );
  return sparseFile(parts, size);
}

function sparseFile(parts: readonly { at: number; bytes: Buffer }[], size: number): OpenedFile {
  return {
    path: "x.ckpt",
    size,
    read(offset, length) {
      const out = new Uint8Array(length);
      for (const { at, bytes } of parts) {
        const [from, to] = [Math.max(at, offset), Math.min(at + bytes.length, offset + length)];
        if (from < to) out.set(bytes.subarray(from - at, to - at), from - offset);
      }
      return Promise.resolve(out);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The pickle of a float32 vector that is the whole of storage 0. */
function vectorPickle(length: number): string {
  const count = record([4, length]).toString("latin1");
  const id = `(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuJ${count}tQ`;
  return `\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(${id}K\x00J${count}\x85K\x01\x85\x89NtR.`;
}

const pickle: Entry = { name: "a/data.pkl", data: vectorPickle(2) };
const values: Entry = { name: "a/data/0", data: "\x00\x00\x80\x3f\x00\x00\x00\x40" };

async function readVector(file: OpenedFile): Promise<unknown> {
  const opened = await readTorchFile(file);
  return isKind(opened.root, "tensor") ? { ...opened, values: await opened.read(opened.root) } : undefined;
}

test.each([false, true])("an archive opens, zip64: %s", async (zip64) => {
  const opened = await readVector(archive({ entries: [pickle, { ...values, localExtra: 24 }], zip64 }));
  expect(opened).toMatchObject({ values: { dtype: "float32", data: Float32Array.of(1, 2) } });
});

test("past 4 GiB a storage is found, and nothing but what is asked for is read", async () => {
  const large = 5 * 2 ** 30;
  const padding = { name: "a/data/1", data: large };
  const file = archive({ entries: [pickle, padding, { ...values, localExtra: 6 }], zip64: true });
  let bytesRead = 0;
  const opened = await readTorchFile({
    ...file,
    read: (offset, length) => {
      bytesRead += length;
      return file.read(offset, length);
    },
  });
  expect(bytesRead).toBeLessThan(1000);
  if (!isKind(opened.root, "tensor")) throw new Error("The root is a tensor.");
  expect((await opened.read(opened.root)).data).toEqual(Float32Array.of(1, 2));
  const location = opened.locate(opened.root);
  expect(location?.path).toBe("x.ckpt");
  expect(location?.offset).toBeGreaterThan(large);
  // The same three bytes further, where no float32 may lie.
  const shifted = await readTorchFile(
    archive({ entries: [pickle, padding, { ...values, localExtra: 7 }], zip64: true }),
  );
  expect(shifted.locate(shifted.root as never)).toBeUndefined();
});

test("big-endian storages are turned, and cannot be mapped", async () => {
  const order = { name: "a/byteorder", data: "big" };
  const entries = [pickle, { ...values, data: "\x3f\x80\x00\x00\x40\x00\x00\x00" }, order];
  expect(await readVector(archive({ entries }))).toMatchObject({ values: { data: Float32Array.of(1, 2) } });
  const opened = await readTorchFile(archive({ entries }));
  expect(opened.locate(opened.root as never)).toBeUndefined();
});

test("a tensor of another file is refused", async () => {
  const opened = await readTorchFile(archive({ entries: [pickle, values] }));
  const other = await readTorchFile(archive({ entries: [{ ...pickle, data: "\x80\x02}." }] }));
  await expect(other.read(opened.root as never)).rejects.toMatchObject({ code: "usage" });
});

test.each<[what: string, message: RegExp, archive: Archive]>([
  ["a comment", /does not end in a zip directory/, { entries: [pickle, values], comment: "x" }],
  [
    "a directory that is elsewhere",
    /directory is not where/,
    { entries: [pickle, values], directoryError: 1 },
  ],
  [
    "a zip64 directory that is elsewhere",
    /not where/,
    { entries: [pickle, values], directoryError: 1, zip64: true },
  ],
  [
    "a zip64 end that is elsewhere",
    /zip64 end record/,
    { entries: [pickle, values], end64Error: 1, zip64: true },
  ],
  [
    "an entry too few",
    /has 2 entries where it promises 3/,
    { entries: [pickle, values], entryCountError: 1 },
  ],
  [
    "entries without number",
    /directory of 100002 entries and \d+ bytes is too large/,
    { entries: [pickle, values], entryCountError: 100_000, zip64: true },
  ],
  [
    "an endless directory",
    /and 8\d+ bytes is too large/,
    { entries: Array.from({ length: 129 }, () => ({ name: Buffer.alloc(65_535, "a") })) },
  ],
  ["a compressed entry", /"a\/data\/0" is compressed/, { entries: [pickle, { ...values, method: 8 }] }],
  ["an encrypted entry", /"a\/data\/0" is encrypted/, { entries: [pickle, { ...values, flags: 1 }] }],
  ["an entry of two sizes", /"a\/data\/0" has two sizes/, { entries: [pickle, { ...values, discord: 1 }] }],
  ["a name that is not UTF-8", /name of an entry is not UTF-8/, { entries: [{ name: Buffer.of(0xff) }] }],
  ["the same entry twice", /two entries "a\/data\/0"/, { entries: [pickle, values, values] }],
  [
    "an entry that reaches into the next",
    /"a\/data\.pkl" overlaps what follows/,
    { entries: [{ ...pickle, growth: 1 }, values] },
  ],
  [
    "an entry that reaches into the directory",
    /"a\/data\/0" overlaps what follows/,
    { entries: [pickle, { ...values, growth: 1 }] },
  ],
  [
    "an entry past 2^53",
    /overlaps what follows/,
    { entries: [pickle, { ...values, growth: 2 ** 53 }], zip64: true },
  ],
  [
    "a local header of another name",
    /header of its entry "a\/data\/0" is not what/,
    { entries: [pickle, { ...values, localName: "a/data/1" }] },
  ],
  ["no pickle", /with 0 pickles FOLDER\/data\.pkl/, { entries: [values] }],
  ["two pickles", /with 2 pickles/, { entries: [pickle, { ...pickle, name: "b/data.pkl" }, values] }],
  ["a pickle without a folder", /with 0 pickles/, { entries: [{ ...pickle, name: "data.pkl" }] }],
  [
    "an entry in another folder",
    /"b\/x" lies outside the folder "a\/"/,
    { entries: [pickle, values, { name: "b/x" }] },
  ],
  [
    "a pickle past the bound",
    /"a\/data\.pkl" has 67108865 bytes; at most 67108864/,
    { entries: [{ ...pickle, data: 2 ** 26 + 1 }] },
  ],
  ["a storage that is missing", /no entry for storage "0"/, { entries: [pickle] }],
  [
    "a storage of another size",
    /2 float32 elements has 7 bytes where 8 are needed/,
    { entries: [pickle, { ...values, data: 7 }] },
  ],
  [
    "an unknown byte order",
    /unknown byte order "middle"/,
    { entries: [pickle, values, { name: "a/byteorder", data: "middle" }] },
  ],
  [
    "a byte order without end",
    /"a\/byteorder" has 1000000000 bytes; at most 16/,
    { entries: [pickle, values, { name: "a/byteorder", data: 1e9 }] },
  ],
])("refuses %s", async (_what, message, hostile) => {
  const error: unknown = await readVector(archive(hostile)).catch((error: unknown) => error);
  expect(error).toMatchObject({ name: "SdttError", code: "format", message: expect.stringMatching(message) });
  expect((error as Error).message).not.toContain("\n");
});

test("padding in a local header may not push its entry into the next", async () => {
  // The directory alone cannot show it: there the entry ends before the next one begins.
  const { path, size, read } = archive({ entries: [{ ...values, localExtra: 0 }, pickle] });
  const file = { path, size, [Symbol.asyncDispose]: () => Promise.resolve() };
  const padded = async (offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = await read(offset, length);
    if (offset === 0 && length >= 30) bytes[28] = 8;
    return bytes;
  };
  await expect(readVector({ ...file, read: padded })).rejects.toThrow(/"a\/data\/0" overlaps what follows/);
});
