import { createStream } from "@sdtt/core";
import { evaluateProgram, gradientErrors } from "@sdtt/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { gradients, input } from "../index.ts";
import type { Value } from "../index.ts";
import { gradientProgram, lossOf, randomTensor } from "../testing/loss-of.ts";
import { buildCheckpointed, buildSteps, randomSteps } from "../testing/random-graph.ts";

const inputs = { a: input("a", "float64", [2, 3]), b: input("b", "float64", [3, 3]) };
const stream = createStream(5);
const feeds = {
  a: randomTensor(stream.child("a"), inputs.a.shape),
  b: randomTensor(stream.child("b"), inputs.b.shape),
};

/** The larger error of the two gradients. The step is short because some operators have kinks. */
async function gradientError(loss: Value): Promise<number> {
  const program = gradientProgram(loss, inputs);
  const errors = await gradientErrors({ program, feeds, names: ["a", "b"], directions: 2, step: 1e-4 });
  return Math.max(errors["a"]!, errors["b"]!);
}

test("gradients of random graphs agree with finite differences", async () => {
  const property = fc.asyncProperty(randomSteps, async (steps) => {
    const loss = lossOf(buildSteps(Object.values(inputs), steps));
    expect(await gradientError(loss)).toBeLessThan(1e-6);
  });
  await fc.assert(property, { seed: 1, numRuns: 150 });
});

test("gradients of gradients do so too", async () => {
  const property = fc.asyncProperty(randomSteps, async (steps) => {
    const loss = lossOf(buildSteps(Object.values(inputs), steps));
    const [a, b] = gradients(loss, Object.values(inputs)).map(lossOf);
    expect(await gradientError(a!)).toBeLessThan(1e-6);
    expect(await gradientError(b!)).toBeLessThan(1e-6);
  });
  await fc.assert(property, { seed: 2, numRuns: 30 });
});

test("checkpoints change no gradient", async () => {
  const property = fc.asyncProperty(randomSteps, async (steps) => {
    const [plain, checkpointed] = await Promise.all(
      [buildSteps, buildCheckpointed].map((build) =>
        evaluateProgram(gradientProgram(lossOf(build(Object.values(inputs), steps)), inputs), feeds),
      ),
    );
    for (const [name, { data }] of Object.entries(plain!)) {
      const other = Array.from(checkpointed![name]!.data, Number);
      const difference = Math.max(...other.map((value, i) => Math.abs(value - Number(data[i]))));
      expect(difference).toBeLessThan(1e-9);
    }
  });
  await fc.assert(property, { seed: 3, numRuns: 50 });
});
