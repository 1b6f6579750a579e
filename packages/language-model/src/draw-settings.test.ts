import { expect, test } from "vitest";
import { drawSettingsOf } from "./draw-settings.ts";

const defaults = { temperature: 0.7 };

test("the draws of a request are those that it says, or else the model's own", () => {
  expect(drawSettingsOf({}, defaults)).toMatchObject({ temperature: 0.7, entropies: false });
  expect(drawSettingsOf({ temperature: 0.5, topK: 3 }, defaults)).toMatchObject({
    temperature: 0.5,
    topK: 3,
  });
  expect(drawSettingsOf({ sampler: "entropy-bounded" }, {})).toMatchObject({ entropies: true });
  expect(drawSettingsOf({ temperature: 0 }, defaults)).toEqual({ topK: 1, entropies: false });
});

test("where the network gives distributions, nothing is drawn in it", () => {
  expect(drawSettingsOf({ precision: "gumbel32" }, defaults)).toBeUndefined();
  expect(drawSettingsOf({ guidance: 1 }, defaults)).toBeUndefined();
});
