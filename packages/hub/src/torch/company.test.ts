import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fixturePath } from "@sdtt/testing";
import { expect, test } from "vitest";
import { openCheckpoint } from "../checkpoint/open-checkpoint.ts";
import { openTensorFile } from "../checkpoint/open-tensor-file.ts";
import { readWeight } from "../checkpoint/read-weight.ts";

/** Made by fixtures/make-checkpoints.py: Lightning checkpoints whose hyper-parameters hold objects of all kinds. */
const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}.ckpt`, import.meta.url));

const config = { vocabSize: 11, hiddenSize: 8, conditionSize: 4, blockCount: 1, headCount: 2, length: 16 };

test.each(["company", "company-p4"])(
  "%s opens with a tokenizer and objects of the script beside",
  async (name) => {
    const { description, weights, tokenizer } = await openCheckpoint({ path: fixture(name) });
    expect(description).toEqual({ family: "mdlm", config: { ...config, timeConditioning: false } });
    expect(tokenizer).toEqual({ name: "gpt2" });
    const { data } = await readWeight(weights.get("sigma_map.mlp.0.bias")!);
    expect(data).toEqual(Float32Array.of(2 / 32, 3 / 32, 4 / 32, 5 / 32));
  },
);

test("of the hyper-parameters all that is plain data is read, beside what is not", async () => {
  await using file = await openTensorFile({ path: fixture("company") });
  const parameters = file.config as Record<string, unknown>;
  expect(parameters["config"]).toMatchObject({ algo: { name: "mdlm" }, model: { n_heads: 2 } });
  // Keys that are objects have no name in JSON, and opaque values no content.
  expect(JSON.parse(JSON.stringify({ ...parameters, config: undefined }))).toMatchObject({
    by_colour: {},
    scalar: {},
    words: {},
  });
});

test.each([
  [
    "numpy-config",
    /In .*numpy-config\.ckpt, config\.model\.n_heads is an object of "numpy\.(_core|core)\.multiarray\.scalar".* nothing of it was run/,
  ],
  [
    "own-config",
    /In .*own-config\.ckpt, config is an object of "train\.Script", .* put a config\.json beside it/,
  ],
  [
    "called-weight",
    /In .*called-weight\.ckpt, state_dict\["backbone\.extra"\] is an object of "functools\.partial", .* nothing of it was run/,
  ],
])("%s is refused: what depends on an object is named with its path", async (name, message) => {
  await expect(openCheckpoint({ path: fixture(name) })).rejects.toMatchObject({
    code: "format",
    message: expect.stringMatching(message),
  });
});

test.each(["numpy-config", "own-config"])("%s opens by a config.json beside it", async (name) => {
  const folder = await mkdtemp(join(tmpdir(), "sdtt-company-"));
  await cp(fixture(name), join(folder, "last.ckpt"));
  await cp(fixturePath("hub/config.json"), join(folder, "config.json"));
  // The config is another model's: that it is held against the tensors shows that it was read.
  await expect(openCheckpoint({ path: join(folder, "last.ckpt") })).rejects.toMatchObject({
    code: "checkpoint",
    message: expect.stringMatching(/hidden size is 8 by .* but 64 by model\.hidden_size of .*config\.json/),
  });
  await rm(folder, { recursive: true });
});
