import { createEngine, diagnose } from "@sdtt/runtime";
import type { EngineOptions } from "@sdtt/runtime";
import { describeOn, testDevice } from "@sdtt/testing";
import { expect, test } from "vitest";
import { distill } from "./run/distill.ts";
import { collect, ofKind } from "./testing/collect.ts";
import { smallDistillation } from "./testing/small-run.ts";
import type { TrainingType } from "./training/stepper.ts";

const { devices } = await diagnose();

/** The losses of the first round, in which all teachers are the same. */
async function losses(device: EngineOptions["device"], dtype: TrainingType = "float32"): Promise<number[]> {
  await using engine = await createEngine({ device });
  const events = await collect(distill({ ...smallDistillation(), engine, dtype }));
  return ofKind(events, "update")
    .slice(0, 6)
    .map(({ loss }) => loss);
}

const float32 = ["float32", 1e-3] as const;
const types = testDevice === "cpu" ? [float32] : [float32, ["bfloat16", 5e-2] as const];

describeOn(devices, testDevice, () => {
  test.each(types)("distillation in %s goes as it does on the CPU", async (dtype, tolerance) => {
    const [expected, found] = [await losses("cpu"), await losses(testDevice, dtype)];
    expect(found).toHaveLength(expected.length);
    found.forEach((loss, i) => expect(Math.abs(loss / expected[i]! - 1)).toBeLessThan(tolerance));
  });
});
