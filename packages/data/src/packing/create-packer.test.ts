import { expect, test } from "vitest";
import { createPacker } from "./create-packer.ts";

test("data without text is called empty, not short", () => {
  for (const documents of [[], [new Int32Array(0)]]) {
    for (const packing of ["joined", "documents"] as const) {
      const packer = createPacker({ length: 5, boundaryId: 9, packing });
      for (const document of documents) packer.push(document);
      expect(() => packer.finish()).toThrow(/^The data holds no text/);
    }
  }
});
