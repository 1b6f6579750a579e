import { createStream } from "@sdtt/core";
import { gradientErrors } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { input } from "../index.ts";
import { topologicalOrder } from "../order.ts";
import { gradientProgram, lossOf, randomTensor } from "../testing/loss-of.ts";
import { ruleCases, sizes } from "../testing/rule-cases.ts";
import type { Value } from "../value.ts";
import { rules } from "./rules.ts";

test("every rule is tested", () => {
  expect([...rules.keys()].filter((name) => !ruleCases[name])).toEqual([]);
});

describe.each(Object.entries(ruleCases))(
  "the gradients of %s agree with finite differences",
  (operator, list) => {
    test.each(list)("$shapes", async ({ shapes, build, positive = false, tolerance = 1e-9 }) => {
      const inputs = shapes.map((shape, i) => input("abc"[i]!, "float64", shape));
      const loss = lossOf(build(...(inputs as [Value, Value, Value])));
      expect(topologicalOrder([loss]).map((node) => node.operator.name)).toContain(operator);

      const stream = createStream(7);
      const range = positive ? { from: 0.5, to: 1.5 } : {};
      const byName = <T>(make: (value: Value, name: string) => T) =>
        Object.fromEntries(inputs.map((value, i) => ["abc"[i]!, make(value, "abc"[i]!)]));
      const errors = await gradientErrors({
        program: gradientProgram(
          loss,
          byName((value) => value),
        ),
        feeds: byName((value, name) => randomTensor(stream.child(name), value.shape, { sizes, ...range })),
        names: Object.keys(byName(() => 0)),
      });
      for (const error of Object.values(errors)) expect(error).toBeLessThan(tolerance);
    });
  },
);
