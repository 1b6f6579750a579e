import { distinctN, evaluateSamples } from "@sdtt/eval";

/** What is said of texts without a judge. */
export async function run(): Promise<unknown> {
  const samples = { tokens: Int32Array.of(1, 2, 3, 1, 2, 3, 1, 1), batch: 2, length: 4 };
  const sampling = { steps: 2, passes: 2, precision: "exact" } as const;
  return [distinctN(samples, 2), await evaluateSamples({ samples, sampling, metrics: {} })];
}
