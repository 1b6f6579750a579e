import { expect, test } from "vitest";
import { loadModel } from "../src/index.ts";
import { seedsThatDiffer } from "./compare-with-node.ts";
import { studentFolder } from "./places.ts";

test("of a hundred seeds at 8 steps, at most five texts are others than in Node", async ({ annotate }) => {
  await using model = await loadModel(studentFolder);
  const differing = await seedsThatDiffer(model, 100, { steps: 8 });
  await annotate(`Another text than in Node: ${differing.length} of 100 seeds (${differing.join(", ")}).`);
  expect(differing.length).toBeLessThanOrEqual(5);
}, 1_800_000);
