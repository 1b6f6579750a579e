import { readFileSync } from "node:fs";
import { isSdttError } from "@sdtt/core";
import type { DataType } from "@sdtt/core";
import { ditParameters, trainedWithBos } from "@sdtt/models";
import type { DenoiserDescription, DitConfig } from "@sdtt/models";
import { fixtureModel, fixturePath, readFixture } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { describeCheckpoint } from "./describe.ts";
import { modelConfig } from "./model-config.ts";

type Tensors = Map<string, { dtype: DataType; shape: readonly number[] }>;

const readConfigFixture = (name: string) =>
  JSON.parse(readFileSync(fixturePath(`${name}/config.json`), "utf8")) as Record<string, object>;

/** The tensors of a DiT as they would be stored. */
function tensorsOf(config: DitConfig, prefix = "backbone.", dtype: DataType = "float32"): Tensors {
  return new Map(ditParameters(config).map(({ name, shape }) => [prefix + name, { dtype, shape }]));
}

const tiny: DitConfig = fixtureModel;
const published = { ...tiny, vocabSize: 50258, conditionSize: 128, length: 1024 };
const hydra = readConfigFixture("hub");

/** The code and message of the error that describing gives. */
function refusal(tensors: Tensors, config?: unknown): string {
  try {
    describeCheckpoint({ tensors, config, path: "model", configPath: "config.json" });
  } catch (error) {
    if (isSdttError(error) && !error.message.includes("\n")) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "described";
}

test.each([
  ["hub", "sdtt", "backbone.", "gpt2"],
  ["mdlm_hf", "mdlm", "backbone.", undefined],
  ["sedd", "sedd", "", undefined],
] as const)("%s is described by its own files", (name, family, prefix, tokenizerName) => {
  const tensors = readFixture(`${name}/model.safetensors`);
  const described = describeCheckpoint({ tensors, config: readConfigFixture(name) });
  expect(described.description).toEqual({ family, config: { ...tiny, timeConditioning: family === "sedd" } });
  expect([...described.parameters]).toEqual(ditParameters(tiny).map(({ name }) => [name, prefix + name]));
  expect(described).toMatchObject({ rotaryFrequencies: `${prefix}rotary_emb.inv_freq`, tokenizerName });
});

test.each([
  ["small", 768, 12, 12],
  ["medium", 1024, 24, 16],
  ["large", 1536, 24, 16],
])("the published size %s is known by its tensors alone", (_size, hiddenSize, blockCount, headCount) => {
  const config = { ...published, hiddenSize, blockCount, headCount };
  const described = describeCheckpoint({ tensors: tensorsOf(config) });
  expect(described.description).toEqual({ family: "mdlm", config });
  expect(described.tokenizerName).toBe("gpt2");
});

test("the prefixes of wrappers are stripped, however often and in any order", () => {
  for (const prefix of [
    "backbone.backbone.",
    "_orig_mod.backbone._orig_mod.",
    "module.model.backbone.",
    "model.",
  ]) {
    expect(
      describeCheckpoint({ tensors: tensorsOf(tiny, prefix, "bfloat16"), config: hydra }).parameters.get(
        "blocks.1.norm2.weight",
      ),
    ).toBe(`${prefix}blocks.1.norm2.weight`);
  }
});

test("the head count comes from the rotary buffer, before the config and the table of published sizes", () => {
  const tensors = tensorsOf({ ...published, hiddenSize: 768, blockCount: 12 });
  const heads = () => describeCheckpoint({ tensors }).description.config.headCount;
  expect(heads()).toBe(12);
  tensors.set("backbone.rotary_emb.inv_freq", { dtype: "float32", shape: [48] });
  expect(heads()).toBe(8);
});

test("Hydra's references and null claim nothing; MDLM's wrong default of cond_dim neither", () => {
  const model = { hidden_size: "${size}", n_heads: 4, cond_dim: null, length: "${data.length}" };
  const config = { config: { parameterization: "subs", time_conditioning: true, model } };
  expect(describeCheckpoint({ tensors: tensorsOf(tiny), config }).description).toEqual({
    family: "mdlm",
    config: { ...tiny, length: 1024, timeConditioning: true },
  });
  const transformers = { ...readConfigFixture("mdlm_hf"), cond_dim: 129 };
  expect(describeCheckpoint({ tensors: tensorsOf(tiny), config: transformers }).description.config).toEqual(
    tiny,
  );
});

describe("a noise input", () => {
  const noisy = { ...tiny, noiseSize: 5 };

  test("is read from its projection, and written into the config", () => {
    const description = { family: "sdtt", config: noisy } as const;
    const config = modelConfig({ description });
    expect(config).toMatchObject({ model: { noise_size: 5 } });
    expect(describeCheckpoint({ tensors: tensorsOf(noisy), config }).description).toEqual(description);
    expect(modelConfig({ description: { family: "sdtt", config: tiny } })).not.toHaveProperty(
      "model.noise_size",
    );
  });

  test.each([
    [
      "of another size",
      tensorsOf(noisy),
      6,
      /the size of the noise input is 5 by noise_map.weight.* but 6 by model.noise_size/,
    ],
    ["without its projection", tensorsOf(tiny), 5, /noise_map.weight/],
  ])("%s is refused", (_, tensors, noise_size, message) => {
    const config = { ...hydra, model: { ...hydra.model, noise_size } };
    expect(() => describeCheckpoint({ tensors, config })).toThrow(message);
  });
});

describe("what training texts began with", () => {
  const model = { n_heads: 4 };
  const bosOf = (config: object) => {
    const { description } = describeCheckpoint({ tensors: tensorsOf(tiny), config });
    return trainedWithBos(description as DenoiserDescription);
  };

  test("follows from the code that they were packed by, and from what a config says of it", () => {
    expect(bosOf({ parameterization: "subs", model })).toBe(true);
    expect(bosOf(hydra)).toBe(true);
    expect(bosOf({ parameterization: "sedd", model })).toBe(true);
    expect(bosOf({ parameterization: "subs", model, data: { insert_train_special: false } })).toBe(false);
    const preprocess = { add_bos: false, legacy_start_end_bos: false };
    expect(bosOf({ ...hydra, data_preprocess: preprocess })).toBe(false);
    expect(bosOf({ ...hydra, data_preprocess: { ...preprocess, add_bos: true } })).toBe(true);
    expect(trainedWithBos({ family: "sedd", config: tiny })).toBe(false);
  });

  test("is kept by the config that is written", () => {
    for (const description of [
      { family: "mdlm", config: tiny },
      { family: "mdlm", config: tiny, bos: false },
      { family: "sedd", config: tiny },
      { family: "sedd", config: tiny, bos: true },
    ] as const) {
      expect(bosOf(modelConfig({ description }))).toBe(trainedWithBos(description));
    }
  });
});

/** The config of MDLM as Transformers writes it, of another type. */
const typed = (model_type: string, rest: object = {}) => ({
  ...readConfigFixture("mdlm_hf"),
  architectures: [model_type],
  model_type,
  ...rest,
});
/** The config of Duo's code base and of those that were made from it. */
const nested = (algo: object, rest: object = {}) => ({
  mode: "train",
  data: { tokenizer_name_or_path: "gpt2" },
  model: hydra["model"],
  algo: {
    backbone: "dit",
    parameterization: "subs",
    time_conditioning: false,
    causal_attention: false,
    ...algo,
  },
  ...rest,
});

test.each<[what: string, config: unknown, message: RegExp]>([
  ["BD3-LM", typed("bd3lm", { block_size: 16 }), /BD3-LM.*model_type "bd3lm".*kuleshov-group\/bd3lms/],
  ["BD3-LM without its block size", typed("bd3lm"), /BD3-LM/],
  ["UDLM", typed("udlm", { time_conditioning: true }), /UDLM.*discrete-diffusion-guidance/],
  ["Duo", typed("DUO", { causal: false }), /Duo, a uniform diffusion \(model_type "DUO"\).*s-sahoo\/duo/],
  ["LLaDA", { model_type: "llada", d_model: 4096 }, /LLaDA/],
  ["Dream", { model_type: "Dream", hidden_size: 3584 }, /Dream/],
  ["a type that is unknown", typed("mystery"), /model_type "mystery", though it is written as an MDLM/],
  ["no type but an architecture", typed("x", { model_type: undefined, architectures: ["BD3LM"] }), /BD3-LM/],
  ["blocks in an MDLM", typed("mdlm", { block_size: 4 }), /block diffusion.*block_size 4 of 32 tokens/],
  ["a causal MDLM", typed("mdlm", { causal: true }), /a causal model \(causal true\)/],
  ["another parameterization", typed("mdlm", { parameterization: "d3pm" }), /"d3pm"; only "subs"/],
  [
    "Hydra's uniform diffusion",
    { ...hydra, diffusion: "uniform" },
    /does not mask tokens \(diffusion "uniform"\)/,
  ],
  ["Hydra's blocks", { ...hydra, block_size: 8 }, /block_size 8 of 32 tokens/],
  ["Duo's algo", nested({ name: "duo_base", parameterization: "mean" }), /Duo.*algo\.name "duo_base"/],
  ["BD3-LM's algo", { config: nested({ name: "bd3lm" }, { block_size: 4 }) }, /BD3-LM.*algo\.name "bd3lm"/],
  ["D3PM's algo", nested({ name: "d3pm", parameterization: "mean" }), /D3PM/],
  ["SEDD's algo", nested({ name: "sedd", parameterization: "score" }), /SEDD in a layout/],
  ["an unknown algo", nested({ name: "whirl" }), /another algorithm \(algo\.name "whirl"\)/],
  ["a causal algo", nested({ name: "mdlm", causal_attention: true }), /causal_attention true/],
  ["groups of an unknown type", { ...hydra, model_type: "mystery" }, /model_type "mystery"/],
  ["MDLM by its means", nested({ name: "mdlm", parameterization: "mean" }), /parameterization "mean"/],
])("%s is refused by its name although the tensors fit", (_what, config, message) => {
  const found = refusal(tensorsOf(tiny), config);
  expect(found).toMatch(/^checkpoint: config\.json describes/);
  expect(found).toMatch(message);
});

test("a model of another network is named by its config before its tensors", () => {
  const tensors: Tensors = new Map([
    ["model.layers.0.self_attn.q_proj.weight", { dtype: "float32", shape: [4] }],
  ]);
  expect(refusal(tensors, { model_type: "Dream" })).toMatch(/describes Dream/);
  expect(refusal(tensors)).toMatch(/Llama, Mistral or Qwen/);
});

test.each<[what: string, config: unknown]>([
  ["IDLM, which is written as MDLM", typed("mdlm")],
  ["MDLM without its type", typed("x", { model_type: undefined, architectures: undefined })],
  ["BD3-LM of one block", typed("bd3lm", { block_size: 32, cross_attn: true })],
  ["MDLM of one block", { ...hydra, parameterization: "subs", block_size: 32, diffusion: "absorbing_state" }],
  ["the nested MDLM", nested({ name: "mdlm" })],
  [
    "Lightning's nested MDLM",
    { config: nested({ name: "mdlm" }, { block_size: "${model.length}" }), tokenizer: null },
  ],
  ["DiDi-Instruct", nested({ name: "didi_instruct" })],
  ["MDLM in a Transformers config with groups", { ...hydra, model_type: "mdlm", parameterization: "subs" }],
])("%s is described as an MDLM", (_what, config) => {
  expect(describeCheckpoint({ tensors: tensorsOf(tiny), config }).description).toEqual({
    family: "mdlm",
    config: tiny,
  });
});

test("the noise level of the nested config is the one of algo", () => {
  const config = nested({ name: "mdlm", time_conditioning: true });
  expect(describeCheckpoint({ tensors: tensorsOf(tiny), config })).toMatchObject({
    description: { config: { timeConditioning: true } },
    tokenizerName: "gpt2",
  });
});

test("what distillation saves beside its student is skipped", () => {
  const scalar = { dtype: "float32", shape: [] } as const;
  const tensors = tensorsOf(tiny);
  for (const module of ["teacher.", "fake_model.", "discriminator."]) {
    for (const [name, tensor] of tensorsOf(tiny, module)) tensors.set(name, tensor);
  }
  tensors.set("reward_baseline", scalar);
  const config = nested({ name: "mdlm" });
  expect([...describeCheckpoint({ tensors, config }).parameters.values()]).toEqual([
    ...tensorsOf(tiny).keys(),
  ]);
  // BD3-LM's bounds hint at blocks: only a config can say that there are none.
  tensors.set("sampling_eps_min", scalar).set("sampling_eps_max", scalar);
  expect(describeCheckpoint({ tensors, config }).description.family).toBe("mdlm");
  expect(refusal(tensors)).toMatch(/2 unknown \("sampling_eps_min", "sampling_eps_max"\)|attention heads/);
});

test("everything that is wrong with the tensors stands in one error", () => {
  const tensors = tensorsOf(tiny);
  tensors.delete("backbone.blocks.0.norm1.weight");
  tensors.delete("backbone.sigma_map.mlp.0.bias");
  tensors.set("backbone.blocks.0.attn_out.weight", { dtype: "float32", shape: [64, 65] });
  tensors.set("backbone.blocks.1.mlp.2.bias", { dtype: "int64", shape: [64] });
  tensors.set("backbone.rotary_emb.inv_freq", { dtype: "float32", shape: [8, 1] });
  tensors.set("backbone.blocks.1000.norm1.weight", { dtype: "float32", shape: [64] });
  tensors.set("backbone.blocks.1.attn_qkv.weight", { dtype: "int8", shape: [192, 64] });
  tensors.set("teacher\n", { dtype: "float32", shape: [1] });
  tensors.set("module.blocks.0.mlp.0.bias", { dtype: "float32", shape: [256] });
  const config = { ...hydra, model: { ...hydra["model"], hidden_size: 768 } };
  expect(refusal(tensors, config)).toBe(
    "checkpoint: model cannot be run: the hidden size is 64 by vocab_embed.embedding [97, 64] but 768 by model.hidden_size of config.json; " +
      '1 stored twice ("backbone.blocks.0.mlp.0.bias" and "module.blocks.0.mlp.0.bias"); ' +
      "3 missing (sigma_map.mlp.0.bias, blocks.0.norm1.weight, blocks.1.attn_qkv.weight_scale); " +
      '2 unknown ("blocks.1000.norm1.weight", "teacher\\n"); ' +
      "2 misshapen (blocks.0.attn_out.weight [64, 65], expected [64, 64], rotary_emb.inv_freq [8, 1], expected [8]); " +
      "1 not float32, float16, bfloat16, or int8 of a matrix (blocks.1.mlp.2.bias int64).",
  );
});

test("a long list is cut, and a missing block is named by its tensors", () => {
  const tensors = tensorsOf({ ...tiny, blockCount: 3 });
  for (const name of tensors.keys()) if (name.includes("blocks.1.")) tensors.delete(name);
  expect(refusal(tensors, { parameterization: "mdlm", model: { n_heads: 4 } })).toMatch(
    /10 missing \(blocks\.1\.norm1\.weight, .* and 4 more\)/,
  );
});

test("each size that the config contradicts is named with its witness and its key", () => {
  const wrong = { hidden_dim: 128, n_blocks: 12, n_heads: 2, cond_dim: 64, vocab_size: 96, model_length: 32 };
  const tensors = tensorsOf(tiny).set("rotary_emb.inv_freq", { dtype: "float32", shape: [8] });
  const message = refusal(tensors, { model_type: "mdlm", ...wrong });
  for (const key of ["hidden_dim", "n_blocks", "n_heads", "cond_dim", "vocab_size"] as const) {
    expect(message).toContain(`but ${wrong[key]} by ${key} of config.json`);
  }
  expect(message).toContain("attention heads is 4 by rotary_emb.inv_freq [8] and hidden size 64");
});

test("what neither tensors nor a config show is asked for", () => {
  expect(refusal(tensorsOf(tiny))).toMatch(
    /config\.json beside them show the number of attention heads, by rotary_emb\.inv_freq/,
  );
  expect(refusal(tensorsOf({ ...published, hiddenSize: 768, blockCount: 12 }, ""))).toMatch(
    /an MDLM or a SEDD/,
  );
  expect(refusal(tensorsOf(tiny), { parameterization: "mdlm", model: { n_heads: 3 } })).toMatch(
    /64 does not divide into 3 heads/,
  );
  const uneven = tensorsOf(tiny).set("rotary_emb.inv_freq", { dtype: "float32", shape: [5] });
  expect(refusal(uneven)).toMatch(/64 does not divide into 6\.4 heads/);
});

test.each([
  ["bert.encoder.layer.11.attention.self.query.weight", /BERT/],
  ["model.layers.3.self_attn.q_proj.weight", /Llama/],
  ["model.decoder.layers.3.self_attn.q_proj.weight", /OPT/],
  ["gpt_neox.layers.0.attention.query_key_value.weight", /NeoX/],
  ["weird", /it holds 1 tensors: "weird"/],
])("%s shows another architecture", (name, message) => {
  expect(refusal(new Map([[name, { dtype: "float32", shape: [4] }]]), { model_type: "other" })).toMatch(
    message,
  );
});

test("only a config that says so makes an autoregressive model", () => {
  const tensors = new Map([["backbone.blocks.0.attn_qkv.weight", { dtype: "float32", shape: [4] }]] as const);
  expect(refusal(tensors)).toMatch(/looks like an autoregressive transformer/);
  expect(refusal(tensors, { parameterization: "mdlm", model: {} })).toMatch(/autoregressive/);
});

test.each<[config: unknown, message: RegExp]>([
  [{ model_type: "bert" }, /format: .*parameterization.*It says model_type "bert"/],
  [[], /format: config\.json is no config that we know/],
  [null, /format: config\.json is no config that we know/],
  [{ parameterization: "d3pm", model: {} }, /checkpoint: .*parameterization "d3pm"; those that can be run/],
  [{ parameterization: { name: "mdlm" } }, /format: .*model: .*expected object/],
  [
    { parameterization: "mdlm", model: { n_heads: 0.5, length: "x" } },
    /format: .*model\.n_heads: .*; model\.length: /,
  ],
  [
    { ...readConfigFixture("sedd"), graph: { type: "uniform" } },
    /checkpoint: .*a SEDD .*graph\.type "uniform"/,
  ],
  [{ ...readConfigFixture("sedd"), model: { scale_by_sigma: false } }, /checkpoint: .*scale_by_sigma/],
])("the config %j is refused", (config, message) => {
  expect(refusal(tensorsOf(tiny), config)).toMatch(message);
});
