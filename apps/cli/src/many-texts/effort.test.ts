import { temporaryDirectory } from "@sdtt/testing";
import { loadModel } from "sdtt";
import type { TextSampleOptions } from "sdtt";
import { expect, test } from "vitest";
import { writeSmallModel } from "../testing/small-model.ts";
import { joinEfforts, sampleWithEffort } from "./effort.ts";

const settings: readonly TextSampleOptions[] = [
  { steps: 64 },
  { steps: 64, guidance: 1, prompt: "It was" },
  { steps: 20, sampler: "remdm-cap", eta: 0.3 },
  { sampler: "entropy-bounded", gamma: 20 },
  { steps: 32, blocks: 2 },
];

test.each(settings)("the passes of parts are those of one batch: %j", async (setting) => {
  await using folder = await temporaryDirectory();
  await writeSmallModel(folder.path);
  await using model = await loadModel(folder.path, { threads: 1 });
  const options = { ...setting, seed: 3 };
  const whole = await model.sample({ ...options, samples: 7 });
  let time = 0;
  const parts = [];
  for (let first = 0; first < 7; first += 2) {
    const range = { samples: Math.min(2, 7 - first), sequenceOffset: first };
    parts.push(await sampleWithEffort(model, { ...options, ...range }, () => (time += 500)));
  }
  expect(parts.flatMap(({ sample }) => sample.tokens)).toEqual(whole.tokens);
  const { passes, seconds } = joinEfforts(parts.map(({ effort }) => effort));
  expect(passes).toBe(whole.passes);
  expect(seconds).toBe(4 * 0.5);
});
