import { expectCausal, openCheckpoint } from "@sdtt/hub";
import { createCausalModel, createEngine } from "@sdtt/runtime";
import { fixtureNumbers, fixturePath, readFixture } from "@sdtt/testing";
import { expect, test } from "vitest";

// Both made by implementations in PyTorch: see the scripts beside the fixtures.
test.each(["gpt2", "ar"])("%s: scores and hidden rows are those of PyTorch", async (name) => {
  const path = fixturePath(name === "ar" ? "ar/lightning.ckpt" : name);
  const checkpoint = expectCausal(await openCheckpoint({ path }), path);
  const expected = readFixture(`${name}/expected.safetensors`);
  const [batch, length] = expected.get("tokens")!.shape as [number, number];
  const tokens = Int32Array.from(fixtureNumbers(expected, "tokens"));
  await using engine = await createEngine({ threads: 1 });
  await using model = await createCausalModel({ engine, ...checkpoint });
  const scores = await model.score({ tokens, batch, length });
  const later = scores.filter((_, i) => i % length > 0);
  expect(largestDifference(later, fixtureNumbers(expected, "log_probs"))).toBeLessThan(1e-4);
  const hidden = await model.hidden({ tokens, batch, length });
  expect(largestDifference(hidden, fixtureNumbers(expected, "hidden"))).toBeLessThan(1e-4);
});

function largestDifference(found: Float32Array, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(value - found[i]!)));
}
