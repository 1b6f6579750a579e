import { alone } from "@sdtt/core";
import { inProcessCollectives } from "@sdtt/testing";
import { expect, test } from "vitest";
import { compareRanks } from "./compare-ranks.ts";
import { reductionBytes } from "./reduction.ts";
import { tell, tellAll } from "./tell.ts";

test("ranks of another version are named, with what was expected and what they are", async () => {
  const ranks = inProcessCollectives(3);
  const versions = ["1.0.0", "1.1.0", "0.9.0"];
  const comparing = ranks.map((own) => compareRanks(own, { version: versions[own.rank]!, seed: 1 }));
  for (const end of comparing) {
    await expect(end).rejects.toThrow(
      'Not all ranks were started alike. Rank 1: version is "1.1.0", expected "1.0.0". Rank 2: version is "0.9.0", expected "1.0.0". Start all of them with the same version, settings and data.',
    );
  }
});

test("a setting that only one rank has is a difference", async () => {
  const [first, second] = inProcessCollectives(2);
  const comparing = [
    compareRanks(first!, { seed: 1 }),
    compareRanks(second!, { seed: 1, dtype: "bfloat16" }),
  ];
  for (const end of comparing)
    await expect(end).rejects.toThrow('Rank 1: dtype is "bfloat16", expected not set.');
});

test("what one rank says reaches all, and undefined stays so", async () => {
  const ranks = inProcessCollectives(3);
  const said = await Promise.all(ranks.map((own) => tellAll(own, `I am ${own.rank} ∞`)));
  for (const heard of said) expect(heard).toEqual(["I am 0 ∞", "I am 1 ∞", "I am 2 ∞"]);
  const nothing = await Promise.all(ranks.map((own) => tell(own, own.rank === 0 ? undefined : "something")));
  expect(nothing).toEqual([undefined, undefined, undefined]);
  expect(await tell(alone, { a: 1 })).toEqual({ a: 1 });
});

test("a sum over the ranks moves each number not quite twice", () => {
  expect(reductionBytes({ numbers: 100, ranks: 1 })).toBe(0);
  expect(reductionBytes({ numbers: 100, ranks: 2 })).toBe(400);
  expect(reductionBytes({ numbers: 100, ranks: 8 })).toBe(700);
});
