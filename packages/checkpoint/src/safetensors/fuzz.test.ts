import { createStream, SdttError } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import { expect, test } from "vitest";
import { fileOfBytes } from "../random-access-file.ts";
import { readSafetensors } from "./reader.ts";

const mutations = 20_000;

const header = JSON.stringify({
  __metadata__: { format: "pt" },
  "blocks.0.norm1.weight": { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] },
  "blocks.0.mlp.0.bias": { dtype: "BF16", shape: [4], data_offsets: [24, 32] },
  empty: { dtype: "I64", shape: [0], data_offsets: [32, 32] },
}).padEnd(256);
const seed = Buffer.concat([
  Buffer.from(new BigUint64Array([256n]).buffer),
  Buffer.from(header),
  Buffer.alloc(32, 7),
]);

/** What a mutation writes: what the grammar is made of, and numbers at the edges. */
const words = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "\\",
  "\\u0000",
  "-1",
  "0",
  "9007199254740992",
  "1e9",
  "null",
  "F64",
];

/** One to four bytes flipped, words written over, ranges cut, doubled or added at seeded places. */
function mutate(stream: RandomStream): Uint8Array {
  let draws = 0;
  const below = (bound: number): number => Math.floor(stream.uniform(draws++) * bound);
  let bytes = Buffer.from(seed);
  for (let edits = 1 + below(4); edits > 0; edits--) {
    const [at, length] = [below(bytes.length), below(32)];
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
    const word = Buffer.from(words[below(words.length)]!);
    const kind = below(6);
    if (kind === 0) bytes[at]! ^= 1 << below(8);
    else if (kind === 1) bytes[at] = below(256);
    else if (kind === 2) word.copy(bytes, at);
    else if (kind === 3) bytes = Buffer.concat([head, word, tail]);
    else if (kind === 4) bytes = Buffer.concat([head, tail.subarray(length)]);
    else bytes = Buffer.concat([head, tail.subarray(0, length), tail]);
    if (bytes.length === 0) break;
  }
  // Half the files get a prefix that fits again, for what lies behind that check to be reached.
  if (below(2) === 0 && bytes.length >= 40) bytes.writeBigUInt64LE(BigInt(bytes.length - 40));
  return bytes;
}

test(`${mutations} mutated files give tensors or a typed error, and read no byte twice`, async () => {
  const stream = createStream(1);
  let [accepted, refused] = [0, 0];
  for (let i = 0; i < mutations; i++) {
    const bytes = mutate(stream.child(i));
    const whole = fileOfBytes("fuzzed", bytes);
    let bytesRead = 0;
    const counted: typeof whole = {
      ...whole,
      read: async (offset, length) => {
        bytesRead += length;
        return await whole.read(offset, length);
      },
    };
    try {
      const file = await readSafetensors(counted);
      for (const name of file.tensors.keys()) await file.read(name);
      accepted++;
    } catch (error) {
      if (!(error instanceof SdttError))
        throw new Error(`Mutation ${i} gave an untyped error`, { cause: error });
      refused++;
    }
    if (bytesRead > bytes.length) throw new Error(`Mutation ${i} of ${bytes.length} bytes read ${bytesRead}`);
  }
  // Both outcomes have to occur often, or the mutations do not reach what they are for.
  expect(accepted).toBeGreaterThan(mutations / 100);
  expect(refused).toBeGreaterThan(mutations / 2);
});
