import { expect, test } from "vitest";
import { readExamples } from "./examples.ts";
import { readFences } from "./fences.ts";

const document = `# Title

\`\`\`ts
const a = 1;
\`\`\`

Some words.

\`\`\`
not an example
\`\`\`

- An item:

  \`\`\`ts continued
  if (a) {
    console.log(a);
  }
  \`\`\`

\`\`\`ts no-run
await fetch("https://example.com");
\`\`\`

\`\`\`\`sh
# \`\`\`
npx sdtt
\`\`\`\`
`;

test("reads fences with their language, flags and lines", () => {
  expect(readFences(document).map(({ language, flags, line }) => [language, flags, line])).toEqual([
    ["ts", [], 4],
    ["", [], 10],
    ["ts", ["continued"], 16],
    ["ts", ["no-run"], 22],
    ["sh", [], 26],
  ]);
  expect(readFences(document)[2]!.code).toBe("if (a) {\n  console.log(a);\n}\n");
  expect(readFences(document)[4]!.code).toBe("# ```\nnpx sdtt\n");
});

test("joins blocks that continue each other, each line at its place in the document", () => {
  const [joined, needsNetwork, commands, ...rest] = readExamples(document);
  expect(rest).toEqual([]);
  expect(joined).toMatchObject({ language: "ts", line: 4, runs: true });
  const lines = joined!.code.split("\n");
  expect(lines[4 - 1]).toBe("const a = 1;");
  expect(lines[16 - 1]).toBe("if (a) {");
  expect(lines.filter((line) => line !== "")).toHaveLength(4);
  expect(needsNetwork).toMatchObject({ line: 22, runs: false });
  expect(commands).toMatchObject({ language: "sh", line: 26, runs: true });
});

test("a program runs if all of its blocks do", () => {
  expect(readExamples("```ts\n1;\n```\n```ts no-run continued\n2;\n```\n")).toMatchObject([{ runs: false }]);
});

test("refuses marks it does not know and blocks that continue nothing", () => {
  expect(() => readExamples("```ts norun\n```\n")).toThrow('Line 1: a code block is marked "continued" or');
  expect(() => readExamples("text\n\n```ts continued\n```\n")).toThrow("Line 3: there is no block of ts");
});

test("reads a document with Windows line ends, and a fence that is never closed", () => {
  expect(readFences("a\r\n~~~ts\r\n1;\r\n~~~\r\n```sh\r\nls\r\n")).toMatchObject([
    { language: "ts", line: 3, code: "1;\n" },
    { language: "sh", line: 6, code: "ls\n\n" },
  ]);
});
