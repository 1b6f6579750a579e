import { expect, test } from "vitest";
import { replaceTable } from "./replace-table.ts";

const page = `# Speeds

One step takes:

<!-- bench step -->
| old |
<!-- /bench -->

It was faster once.

<!-- bench text -->
<!-- /bench -->
`;

test("the result takes the place of the old one, and the words around it stay", () => {
  expect(replaceTable(page, "step", "| new |")).toBe(
    page.replace("<!-- bench step -->\n| old |\n", "<!-- bench step -->\n\n| new |\n\n"),
  );
});

test("each benchmark has its own place", () => {
  const both = replaceTable(replaceTable(page, "text", "words")!, "step", "| new |")!;
  expect(both).toMatch(
    /bench step -->\n\n\| new \|\n\n<!-- \/bench[^]*bench text -->\n\nwords\n\n<!-- \/bench/,
  );
});

test("a page without the place, or without its end, is not touched", () => {
  expect(replaceTable(page, "memory", "x")).toBeUndefined();
  expect(replaceTable("<!-- bench memory -->", "memory", "x")).toBeUndefined();
});
