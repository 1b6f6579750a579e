import { copyFile, readFile, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeCheckpoint, modelConfig, namedModels } from "@sdtt/checkpoint";
import { isSdttError, tensorBytes } from "@sdtt/core";
import type { DataType } from "@sdtt/core";
import { causalParameters } from "@sdtt/models";
import type { CausalDescription } from "@sdtt/models";
import { fixturePath, readFixture, temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { openCheckpoint } from "./open-checkpoint.ts";
import { readWeight } from "./read-weight.ts";

type Tensors = Map<string, { dtype: DataType; shape: readonly number[] }>;

const small: CausalDescription = {
  family: "gpt2",
  config: { vocabSize: 101, hiddenSize: 32, blockCount: 2, headCount: 4, length: 32 },
};
const config = JSON.parse(readFileSync(fixturePath("gpt2/config.json"), "utf8")) as Record<string, unknown>;

function tensorsOf(model: CausalDescription, prefix = ""): Tensors {
  return new Map(
    causalParameters(model).map(({ name, shape }) => [prefix + name, { dtype: "float32", shape }]),
  );
}

/** The code and message of the error that describing gives. */
function refusal(tensors: Tensors, said: unknown): string {
  try {
    describeCheckpoint({ tensors, config: said, path: "model", configPath: "config.json" });
  } catch (error) {
    if (isSdttError(error) && !error.message.includes("\n")) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "described";
}

test("a repository in the published layout opens, its weights where they lie", async () => {
  const { description, weights, tokenizer } = await openCheckpoint({ path: fixturePath("gpt2") });
  expect(description).toEqual(small);
  expect(tokenizer).toBeUndefined();
  const expected = readFixture("gpt2/model.safetensors");
  expect([...weights.keys()]).toEqual(causalParameters(small).map(({ name }) => name));
  for (const [name, weight] of weights) {
    expect(weight.source, name).toHaveProperty("location");
    expect(tensorBytes(await readWeight(weight))).toEqual(tensorBytes(expected.get(name)!));
  }
});

test.each(["", "transformer.", "_orig_mod.transformer.", "model."])(
  "names with the prefix %j and buffers of any age are read",
  (prefix) => {
    const tensors = tensorsOf(small, prefix);
    const buffer = (name: string, dtype: DataType, shape: number[]) =>
      tensors.set(prefix + name, { dtype, shape });
    buffer("h.0.attn.bias", "bool", [1, 1, 32, 32]);
    buffer("h.1.attn.bias", "float32", [1, 1, 32, 32]);
    buffer("h.1.attn.masked_bias", "float32", []);
    tensors.set("lm_head.weight", { dtype: "float32", shape: [101, 32] });
    const { description, parameters } = describeCheckpoint({ tensors, config });
    expect(description).toEqual(small);
    expect([...parameters]).toEqual(causalParameters(small).map(({ name }) => [name, prefix + name]));
  },
);

test.each(namedModels.filter(({ family }) => family === "gpt2"))(
  "the published size $name is known by its tensors alone, and its tokenizer",
  ({ config: published }) => {
    const model = { family: "gpt2", config: published } as const;
    const described = describeCheckpoint({ tensors: tensorsOf(model) });
    expect(described.description).toEqual(model);
    expect(described.tokenizerName).toBe("gpt2");
  },
);

test("the config that is written is read again", async () => {
  await using directory = await temporaryDirectory();
  await copyFile(fixturePath("gpt2/model.safetensors"), join(directory.path, "model.safetensors"));
  const written = join(directory.path, "config.json");
  await writeFile(written, JSON.stringify(modelConfig({ description: small })));
  expect((await openCheckpoint({ path: directory.path })).description).toEqual(small);
  expect(JSON.parse(await readFile(written, "utf8"))).toMatchObject({ model_type: "gpt2", n_embd: 32 });
});

test.each<[change: object, message: RegExp]>([
  [{ activation_function: "relu" }, /variant of GPT-2 that cannot be run: activation_function "relu"/],
  [{ n_inner: 100 }, /n_inner 100, expected four times n_embd/],
  [{ layer_norm_epsilon: 1e-6 }, /layer_norm_epsilon 0\.000001, expected 0\.00001/],
  [{ scale_attn_weights: false }, /scale_attn_weights false/],
  [{ scale_attn_by_inverse_layer_idx: true }, /scale_attn_by_inverse_layer_idx true/],
  [{ add_cross_attention: true, tie_word_embeddings: false }, /add_cross_attention true; tie_word_emb/],
  [{ n_head: 5 }, /hidden size 32 does not divide into 5 heads/],
  [{ n_positions: 64 }, /number of positions is 32 by wpe\.weight \[32, 32\] but 64 by n_positions/],
  [{ vocab_size: 100 }, /the vocabulary is 101 by wte\.weight \[101, 32\] but 100 by vocab_size/],
  [{ n_layer: "two" }, /format: .*n_layer/],
  [{ model_type: "gpt_bigcode" }, /format: .*It says model_type "gpt_bigcode"/],
  [{ parameterization: "ar", model: {}, model_type: undefined }, /tensors are those of a GPT-2, and config/],
])("a config with %j is refused", (change, message) => {
  expect(refusal(tensorsOf(small), { ...config, ...change })).toMatch(message);
});

test("tensors that are missing, unknown or of another model are named", () => {
  const tensors = tensorsOf(small);
  tensors.delete("h.1.ln_2.bias");
  tensors.set("h.0.crossattention.c_attn.weight", { dtype: "float32", shape: [1] });
  tensors.set("transformer.wte.weight", tensors.get("wte.weight")!);
  expect(refusal(tensors, config)).toBe(
    'checkpoint: model cannot be run: 1 stored twice ("wte.weight" and "transformer.wte.weight"); ' +
      '1 missing (h.1.ln_2.bias); 1 unknown ("h.0.crossattention.c_attn.weight").',
  );
  const headless = tensorsOf({ ...small, config: { ...small.config, hiddenSize: 48 } });
  expect(refusal(headless, undefined)).toMatch(/show the number of attention heads, by n_head/);
  const dit = readFixture("hub/model.safetensors");
  expect(refusal(dit, config)).toMatch(/config\.json describes a GPT-2, which these tensors are not/);
});
