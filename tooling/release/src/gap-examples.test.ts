import { expect, test } from "vitest";
import { fillsGaps, readGapExamples } from "./gap-examples.ts";
import { repository } from "./public-packages.ts";

test("reads the page's examples that have gaps", async () => {
  const examples = await readGapExamples(repository);
  expect(examples.length).toBeGreaterThanOrEqual(3);
  for (const { text, seed } of examples) {
    expect(text).toMatch(/<mask:\d+>/);
    expect(seed).toBeTypeOf("number");
  }
});

test.each([
  ["The cat sat on the mat.", true],
  ["The old\n\nman sat on the bench. The dog.", true],
  ["The sat on the mat.", false],
  ["The cat sat on the.", false],
  ["A cat sat on the mat.", false],
  ["The cat sat on the mat", false],
  ["The cat sat on the mat. More", false],
  ["The <mask:4> sat on the mat.", false],
  ["", false],
])("%j fills the gaps of a template: %s", (text, expected) => {
  expect(fillsGaps(text, "The <mask:4> sat on the <mask:2>.")).toBe(expected);
});

test("a template may begin and end with a gap", () => {
  expect(fillsGaps("Once upon a time", "<mask> upon <mask:2>")).toBe(true);
  expect(fillsGaps("upon a time", "<mask> upon <mask:2>")).toBe(false);
  expect(fillsGaps("Once upon", "<mask> upon <mask:2>")).toBe(false);
});
