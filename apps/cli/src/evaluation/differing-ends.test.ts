import { expect, test } from "vitest";
import { differingEnds } from "./differing-ends.ts";

const end = 9;
const textsEnding = (...last: number[]) => ({
  tokens: Int32Array.from(last.flatMap((id) => [1, end, id])),
  batch: last.length,
  length: 3,
});

test("texts that end otherwise than the reference are warned of, and only those", () => {
  const [closed, open, mixed] = [textsEnding(end, end), textsEnding(1, 2), textsEnding(end, 2)];
  expect(differingEnds(open, closed, end)).toMatch(
    /^MAUVE compares last tokens: 100 % of the reference and 0 % of the texts/,
  );
  expect(differingEnds(closed, open, end)).toMatch(/0 % of the reference and 100 % of the texts/);
  for (const [ours, theirs] of [
    [closed, closed],
    [open, open],
    [mixed, closed],
    [open, mixed],
  ] as const) {
    expect(differingEnds(ours, theirs, end)).toBeUndefined();
  }
});
