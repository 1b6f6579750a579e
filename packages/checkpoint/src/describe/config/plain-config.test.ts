import { expect, test } from "vitest";
import { opaqueValue } from "../../opaque-value.ts";
import { assertPlainConfig, isPlainConfig } from "./plain-config.ts";

test.each([
  "parameterization.name",
  "time_conditioning",
  "algo.name",
  "block_size",
  "model.n_heads",
  "data.insert_train_special",
  "data_preprocess.legacy_start_end_bos",
  "graph.type",
  "n_embd",
])("%s has to be plain data, or whatever it stands in", (path) => {
  const keys = path.split(".");
  keys.forEach((_, depth) => {
    const opaque: unknown = opaqueValue("train.Own");
    const config = keys.slice(0, depth + 1).reduceRight((inner, key) => ({ [key]: inner }), opaque);
    const shown = keys.slice(0, depth + 1).join(".");
    expect(() => assertPlainConfig(config, "x.ckpt")).toThrow(
      `In x.ckpt, ${shown} is an object of "train.Own"`,
    );
    expect(() => assertPlainConfig({ config }, "x.ckpt")).toThrow(`In x.ckpt, config.${shown} is an object`);
  });
});

test("what says nothing of the model may be anything", () => {
  const object = opaqueValue("train.Own");
  expect(isPlainConfig({ config: { parameterization: "subs", callbacks: object }, tokenizer: object })).toBe(
    true,
  );
  expect(isPlainConfig({ config: object })).toBe(false);
  expect(isPlainConfig(object)).toBe(false);
  expect(isPlainConfig(undefined)).toBe(true);
});
