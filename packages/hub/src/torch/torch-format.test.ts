import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, cp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { float32ToBfloat16, float32ToFloat16, tensor, tensorBytes } from "@sdtt/core";
import { fixturePath, readFixture } from "@sdtt/testing";
import { expect, test } from "vitest";
import { openCheckpoint } from "../checkpoint/open-checkpoint.ts";
import { openTensorFile } from "../checkpoint/open-tensor-file.ts";
import { readWeight } from "../checkpoint/read-weight.ts";

type Truth = Record<string, Record<string, [dtype: string, shape: number[], sha256: string]>>;

const truth = JSON.parse(readFileSync(fixturePath("torch_files/truth.json"), "utf8")) as Truth;
truth["be.ckpt"] = truth["sd.bin"] = truth["light.ckpt"]!;

test.each(Object.keys(truth))("torch_files/%s gives its tensors bit for bit", async (name) => {
  await using file = await openTensorFile({ path: fixturePath(`torch_files/${name}`), weightSet: "raw" });
  const found: Truth[string] = {};
  for (const [key, { dtype, shape }] of file.tensors) {
    const values = await file.read(key);
    expect(values).toMatchObject({ dtype, shape });
    const sha256 = createHash("sha256").update(tensorBytes(values)).digest("hex");
    found[key] = [`torch.${dtype}`, [...shape], sha256];
  }
  expect(found).toEqual(truth[name]);
});

test("a location is given exactly where a runtime can map the bytes, and holds the values", async () => {
  const path = fixturePath("torch_files/light.ckpt");
  await using file = await openTensorFile({ path, weightSet: "raw" });
  const bytes = readFileSync(path);
  const unmapped: string[] = [];
  for (const [name, { location }] of file.tensors) {
    if (!location) {
      unmapped.push(name);
      continue;
    }
    expect(location.path).toBe(path);
    const mapped = bytes.subarray(location.offset, location.offset + location.byteLength);
    expect(Buffer.compare(mapped, tensorBytes(await file.read(name)))).toBe(0);
  }
  expect(unmapped).toEqual(["backbone.shared.t", "backbone.shared.step", "backbone.expand"]);

  await using bigEndian = await openTensorFile({
    path: fixturePath("torch_files/be.ckpt"),
    weightSet: "raw",
  });
  expect([...bigEndian.tensors.values()].filter(({ location }) => location)).toEqual([]);
});

test.each(["raw", "ema"] as const)(
  "a Lightning checkpoint opens as a model with its %s weights",
  async (weightSet) => {
    const path = fixturePath("lightning.ckpt");
    const { description, weights, tokenizer } = await openCheckpoint({ path, weightSet });
    expect(description).toMatchObject({ family: "sdtt", config: { hiddenSize: 64, length: 32 } });
    expect(tokenizer).toEqual({ name: "gpt2" });
    const expected = readFixture("lightning_expected.safetensors");
    const prefix = weightSet === "raw" ? "state_dict.backbone." : "ema.";
    expect(weights.size).toBe(30);
    for (const [name, weight] of weights) {
      expect(weight.source).toMatchObject({ location: { path } });
      expect(await readWeight(weight)).toEqual(expected.get(prefix + name));
    }
  },
);

test("the average is the default; the buffer, which it leaves out, stays", async () => {
  const [asked, unasked] = [
    await openTensorFile({ path: fixturePath("lightning.ckpt"), weightSet: "ema" }),
    await openTensorFile({ path: fixturePath("lightning.ckpt") }),
  ];
  expect(unasked.tensors).toEqual(asked.tensors);
  const buffer = "backbone.rotary_emb.inv_freq";
  expect(await unasked.read(buffer)).toEqual(
    readFixture("lightning_expected.safetensors").get(`state_dict.${buffer}`),
  );
  await expect(unasked.read("absent")).rejects.toMatchObject({ code: "not-found" });
  await asked[Symbol.asyncDispose]();
  await unasked[Symbol.asyncDispose]();
});

test.each([
  ["compiled_bf16.ckpt", "bfloat16", float32ToBfloat16],
  ["legacy_f16.ckpt", "float16", float32ToFloat16],
] as const)("%s gives the state dict in %s", async (name, dtype, round) => {
  const { description, weights } = await openCheckpoint({ path: fixturePath(name) });
  expect(description.config).toMatchObject({ hiddenSize: 64, blockCount: 2 });
  const exact = readFixture("lightning_expected.safetensors");
  for (const [key, weight] of weights) {
    const { shape, data } = exact.get(`state_dict.backbone.${key}`)!;
    expect(await readWeight(weight)).toEqual(tensor(dtype, shape, round(data as Float32Array)));
  }
});

test("a directory with pytorch_model.bin opens as the model that its config describes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sdtt-torch-"));
  for (const name of ["pytorch_model.bin", "config.json"]) {
    await cp(fixturePath(`mdlm_hf/${name}`), join(folder, name));
  }
  const { description, weights } = await openCheckpoint({ path: folder });
  expect(description).toEqual((await openCheckpoint({ path: fixturePath("mdlm_hf") })).description);
  const expected = readFixture("mdlm_hf/model.safetensors");
  expect(weights.size).toBe(expected.size - 1);
  for (const [name, weight] of weights) {
    expect(await readWeight(weight)).toEqual(expected.get(`backbone.${name}`));
  }
  await rm(folder, { recursive: true });
});

test("hyper-parameters come as plain values, interpolations as they stand", async () => {
  const config = {
    model: {
      type: "ddit-orig",
      hidden_size: 64,
      cond_dim: 16,
      length: 32,
      n_blocks: 2,
      n_heads: 2,
      scale_by_sigma: true,
      dropout: 0.1,
    },
    optim: { lr: 0.0003, betas: [0.9, 0.999] },
    seq: "${model.length}",
    none: null,
  };
  for (const name of ["light", "light_p4", "light_legacy", "be"]) {
    const path = fixturePath(`torch_files/${name}.ckpt`);
    await using file = await openTensorFile({ path, weightSet: "raw" });
    expect(file.config).toEqual({ config });
  }
  await using lightning = await openTensorFile({ path: fixturePath("lightning.ckpt") });
  const pushed = JSON.parse(readFileSync(fixturePath("hub/config.json"), "utf8")) as unknown;
  expect(lightning.config).toMatchObject({ config: pushed });
});

test.each([
  [
    "torch_files/evil.pt",
    undefined,
    "format",
    /its object\["a"\] is an object of "posix\.system", which only Python .* nothing of it was run/,
  ],
  [
    "torch_files/module.pt",
    undefined,
    "format",
    /model is an object of "torch\.nn\.modules\.linear\.Linear", .* save the state dict/,
  ],
  ["torch_files/sd.bin", "ema", "checkpoint", /holds no EMA weights; ask for the raw/],
  [
    "torch_files/light.ckpt",
    undefined,
    "checkpoint",
    /EMA .* do not fit its parameters: number 3 of 2, for "backbone\.a\.fp16" of shape \[3, 5\], is missing/,
  ],
] as const)("%s with %s weights is refused", async (name, weightSet, code, message) => {
  const error: unknown = await openTensorFile({ path: fixturePath(name), weightSet }).catch(
    (error: unknown) => error,
  );
  expect(error).toMatchObject({ name: "SdttError", code, message: expect.stringMatching(message) });
});
