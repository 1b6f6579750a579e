import { expect, test } from "vitest";
import { compileErrors, exampleFile } from "./compile-examples.ts";

test("names every error with its line in the document", () => {
  const output = [
    "packages.core.README.md.L9.ts(12,3): error TS2304: Cannot find name 'a'.",
    "  What follows says more of it.",
    "packages.core.README.md.L30.ts(31,14): error TS2322: Type 'string' is not assignable to type 'number'.",
    "types.cts(1,1): error TS1479: The current file is a CommonJS module.",
    "",
  ];
  expect(compileErrors(output.join("\n"), ["README.md", "packages/core/README.md"])).toEqual([
    "packages/core/README.md:12: error TS2304: Cannot find name 'a'.",
    "packages/core/README.md:31: error TS2322: Type 'string' is not assignable to type 'number'.",
    "types.cts(1,1): error TS1479: The current file is a CommonJS module.",
  ]);
});

test("a compiler that fails without an error of the examples is quoted with its last line", () => {
  expect(compileErrors("Starting\nout of memory\n", [])).toEqual(["out of memory"]);
});

test("Node 22, which does not know `using`, runs what the compiler wrote", () => {
  expect(exampleFile("packages/core/README.md", 9, 22)).toBe("compiled/packages.core.README.md.L9.js");
  expect(exampleFile("packages/core/README.md", 9, 24)).toBe("packages.core.README.md.L9.ts");
});
