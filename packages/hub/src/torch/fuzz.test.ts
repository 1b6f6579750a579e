import { readFileSync } from "node:fs";
import { fileOfBytes } from "@sdtt/checkpoint";
import { createStream, SdttError } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import { fixturePath } from "@sdtt/testing";
import { expect, test } from "vitest";
import { torchFormat } from "./torch-format.ts";

const mutations = 20_000;

const seeds = [
  ...["sd.bin", "light_p4.ckpt", "light_legacy.ckpt", "be.ckpt"].map((name) =>
    fixturePath(`torch_files/${name}`),
  ),
  // Objects of all kinds beside the weights.
  ...["company.ckpt", "company-p4.ckpt"].map((name) => new URL(`../../fixtures/${name}`, import.meta.url)),
].map((path) => readFileSync(path));

/** What a mutation writes: operations, names that are allowed, the records of zip, and numbers at the edges. */
const words = [
  "().012}]abehijoqrstu\x80\x81\x82\x85\x88\x8a\x8b\x8c\x8d\x8f\x90\x91\x92\x93\x94\x95\x96".split(""),
  ["\xff\xff\xff\xff", "\x00\x00\x00\x80", "\x7f", "\x00", "\x00\x00\x00\x00\x00\x00\x00\x01"],
  ["ctorch._utils\n_rebuild_tensor_v2\n", "ctorch\nSize\n", "c_codecs\nencode\n", "cposix\nsystem\n"],
  ["PK\x01\x02", "PK\x03\x04", "PK\x05\x06", "PK\x06\x06", "PK\x06\x07", "PK\x07\x08"],
]
  .flat()
  .map((word) => Buffer.from(word, "latin1"));

/** One to four bytes flipped, words written over or put in, ranges cut, doubled or moved, at seeded places. */
function mutate(stream: RandomStream): Uint8Array {
  let draws = 0;
  const below = (bound: number): number => Math.floor(stream.uniform(draws++) * bound);
  let bytes = Buffer.from(seeds[below(seeds.length)]!);
  for (let edits = 1 + below(4); edits > 0 && bytes.length > 0; edits--) {
    const [at, length, word] = [below(bytes.length), below(64), words[below(words.length)]!];
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
    // Most keep the length: another one puts the zip directory out of place, and nothing behind that is reached.
    const kind = below(12);
    if (kind < 4) bytes[at]! ^= 1 << below(8);
    else if (kind < 6) bytes[at] = below(256);
    else if (kind < 8) word.copy(bytes, at);
    else if (kind < 10) bytes.copyWithin(at, below(bytes.length), below(bytes.length));
    else if (kind < 11) bytes = Buffer.concat([head, word, tail]);
    else bytes = Buffer.concat([head, tail.subarray(length)]);
  }
  return bytes;
}

test(`${mutations} mutated files give tensors or a typed error, within bounds of reading and memory`, async () => {
  const stream = createStream(1);
  const memoryBefore = process.resourceUsage().maxRSS;
  let [accepted, refused] = [0, 0];
  for (let i = 0; i < mutations; i++) {
    const bytes = mutate(stream.child(i));
    const whole = fileOfBytes("fuzzed", bytes);
    let bytesRead = 0;
    const counted: typeof whole = {
      ...whole,
      read: (offset, length) => {
        bytesRead += length;
        return whole.read(offset, length);
      },
    };
    try {
      const file = await torchFormat.open(counted, { weightSet: "raw" });
      for (const name of file.tensors.keys()) await file.read(name);
      accepted++;
    } catch (error) {
      if (!(error instanceof SdttError)) {
        throw new Error(`Mutation ${i} gave an untyped error`, { cause: error });
      }
      refused++;
    }
    // Headers and storages may be read more than once, but not without end.
    if (bytesRead > 4 * bytes.length + 1000) {
      throw new Error(`Mutation ${i} of ${bytes.length} bytes read ${bytesRead}`);
    }
  }
  const grownBytes = 1024 * (process.resourceUsage().maxRSS - memoryBefore);
  expect(grownBytes).toBeLessThan(64 * 2 ** 20);
  // Both outcomes have to occur often, or the mutations do not reach what they are for.
  expect(accepted).toBeGreaterThan(mutations / 100);
  expect(refused).toBeGreaterThan(mutations / 2);
});
