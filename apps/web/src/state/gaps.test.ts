import * as fc from "fast-check";
import { parseTemplate } from "sdtt";
import { expect, test } from "vitest";
import { hasGaps, splitGaps } from "./gaps.ts";

test("gaps are where the server's templates have them", () => {
  const part = fc.oneof(
    fc.constantFrom("<mask>", "<mask:3>", "<mask:12>", "<mask:>", "<mask", ":4>"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join("");
      const stretches = splitGaps(text);
      expect(stretches.map(({ text }) => text).join("")).toBe(text);
      fc.pre(hasGaps(text) && !stretches.some((stretch) => stretch.kind === "gap" && stretch.width < 1));
      expect(stretches.map((s) => (s.kind === "gap" ? { mask: s.width } : s.text))).toEqual(
        parseTemplate(text),
      );
    }),
    { seed: 4 },
  );
});
