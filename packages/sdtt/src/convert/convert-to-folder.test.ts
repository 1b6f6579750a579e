import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bfloat16ToFloat32, float16ToFloat32, tensor, tensorBytes } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { openCheckpoint, openSafetensors, readWeight, writeSafetensors } from "@sdtt/hub";
import type { WeightSet } from "@sdtt/hub";
import { fixturePath, readFixture, temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { convertToFolder } from "./convert-to-folder.ts";
import { convertToOnnx } from "./convert-to-onnx.ts";

test.each<[file: string, weightSet: WeightSet | undefined, truth: string, prefix: string]>([
  ["lightning.ckpt", undefined, "lightning_expected.safetensors", "ema."],
  ["lightning.ckpt", "raw", "lightning_expected.safetensors", "state_dict.backbone."],
  ["mdlm_hf", undefined, "mdlm_hf/model.safetensors", "backbone."],
  ["mdlm_hf/pytorch_model.bin", undefined, "mdlm_hf/model.safetensors", "backbone."],
  ["sedd", undefined, "sedd/model.safetensors", ""],
  ["gpt2", undefined, "gpt2/model.safetensors", ""],
])(
  "%s with %s weights becomes a folder of the same model, bit for bit",
  async (file, weightSet, truth, prefix) => {
    await using directory = await temporaryDirectory();
    const target = join(directory.path, "made");
    const read = await convertToFolder({ path: fixturePath(file), target, weightSet });

    const made = await openCheckpoint({ path: target });
    expect(made.description).toEqual(read.description);
    const expected = readFixture(truth);
    for (const [name, weight] of made.weights) {
      expect(tensorBytes(await readWeight(weight))).toEqual(tensorBytes(expected.get(prefix + name)!));
    }
    expect(await readdir(directory.path)).toEqual(["made"]);
  },
);

test("the tensors are those that SDTT writes, its buffer too", async () => {
  await using directory = await temporaryDirectory();
  const target = join(directory.path, "made");
  await convertToFolder({ path: fixturePath("hub"), target });
  await using made = await openSafetensors(join(target, "model.safetensors"));
  const original = readFixture("hub/model.safetensors");
  expect([...made.tensors.keys()].toSorted()).toEqual([...original.keys()].toSorted());
  const buffer = "backbone.rotary_emb.inv_freq";
  expect((await made.read(buffer)).data).toEqual(original.get(buffer)!.data);
});

test("for a page it lists its files as they are; one that no page loads is refused before anything is written", async () => {
  await using directory = await temporaryDirectory();
  const target = join(directory.path, "made");
  await convertToFolder({ path: fixturePath("hub"), target, forPage: true });
  const { files } = JSON.parse(await readFile(join(target, "files.json"), "utf8")) as { files: object[] };
  const names = (await readdir(target)).filter((name) => name !== "files.json");
  const expected = names.map(async (path) => {
    const bytes = await readFile(join(target, path));
    return { path, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
  });
  expect(files).toEqual(await Promise.all(expected));

  const other = join(directory.path, "other");
  const converting = convertToFolder({ path: fixturePath("gpt2"), target: other, forPage: true });
  await expect(converting).rejects.toMatchObject({ code: "checkpoint" });
  expect(await readdir(directory.path)).toEqual(["made"]);
});

test("those of a GPT-2 are the ones that Transformers reads", async () => {
  await using directory = await temporaryDirectory();
  const target = join(directory.path, "made");
  await convertToFolder({ path: fixturePath("gpt2"), target });
  await using made = await openSafetensors(join(target, "model.safetensors"));
  const original = [...readFixture("gpt2/model.safetensors").keys()];
  const parameters = original.filter((name) => !name.endsWith(".attn.bias"));
  expect([...made.tensors.keys()].toSorted()).toEqual(parameters.toSorted());
  expect(JSON.parse(await readFile(join(target, "config.json"), "utf8"))).toMatchObject({
    model_type: "gpt2",
    n_head: 4,
  });
});

test("the folder says how it was made, and says it still when it is converted again", async () => {
  await using directory = await temporaryDirectory();
  const [once, twice] = [join(directory.path, "once"), join(directory.path, "twice")];
  await convertToFolder({ path: fixturePath("lightning.ckpt"), source: "last.ckpt", target: once });
  await convertToFolder({ path: once, target: twice, dtype: "float16" });
  for (const folder of [once, twice]) {
    expect(JSON.parse(await readFile(join(folder, "config.json"), "utf8"))).toMatchObject({
      provenance: { origin: { kind: "converted", source: "last.ckpt" }, weights: "ema" },
    });
  }
});

test.each([
  ["float16", float16ToFloat32, 2 ** -11],
  ["bfloat16", bfloat16ToFloat32, 2 ** -8],
] as const)("rounds weights to the nearest %s", async (dtype, widen, error) => {
  await using directory = await temporaryDirectory();
  const target = join(directory.path, "made");
  await convertToFolder({ path: fixturePath("hub"), target, dtype });
  const original = readFixture("hub/model.safetensors");
  for (const [name, weight] of (await openCheckpoint({ path: target })).weights) {
    const { dtype: stored, data } = await readWeight(weight);
    expect(stored).toBe(dtype);
    const exact = original.get(`backbone.${name}`)!.data as Float32Array;
    const smallest = dtype === "float16" ? 2 ** -25 : 0;
    const wrong = widen(data as Uint16Array).filter(
      (value, i) => !(Math.abs(value - exact[i]!) <= Math.max(Math.abs(exact[i]!) * error, smallest)),
    );
    expect(wrong).toHaveLength(0);
  }
});

test("writes matrices in int8 with a scale for each row, and all else in float32", async () => {
  await using directory = await temporaryDirectory();
  const [target, again] = [join(directory.path, "made"), join(directory.path, "again")];
  await convertToFolder({ path: fixturePath("hub"), target, dtype: "int8" });
  await convertToFolder({ path: target, target: again });
  const original = readFixture("hub/model.safetensors");
  const made = await openCheckpoint({ path: target });
  for (const [name, weight] of made.weights) {
    const exact = original.get(`backbone.${name}`)!.data as Float32Array;
    const { data } = (await readWeight(weight)) as Tensor<"float32">;
    if (weight.shape.length !== 2) {
      expect(data).toEqual(exact);
      continue;
    }
    expect(weight.dtype).toBe("int8");
    const scale = await readWeight(weight.scale!);
    const columns = weight.shape[1]!;
    expect(
      data.every(
        (value, i) => Math.abs(value - exact[i]!) <= Number(scale.data[Math.floor(i / columns)]) * 0.500001,
      ),
    ).toBe(true);
  }
  const twice = (await openCheckpoint({ path: again })).weights;
  for (const [name, weight] of made.weights) {
    const { scale: _, ...values } = weight;
    const { scale: __, ...valuesAgain } = twice.get(name)!;
    expect(tensorBytes(await readWeight(valuesAgain))).toEqual(tensorBytes(await readWeight(values)));
  }
});

test("refuses a weight beyond float16's range, and a target that is taken, and leaves nothing behind", async () => {
  await using directory = await temporaryDirectory();
  const [large, target] = [join(directory.path, "large"), join(directory.path, "made")];
  await mkdir(large);
  await copyFile(fixturePath("hub/config.json"), join(large, "config.json"));
  const tensors = readFixture("hub/model.safetensors");
  const name = "backbone.blocks.0.norm1.weight";
  tensors.set(name, tensor("float32", [64], new Float32Array(64).fill(70_000)));
  await writeSafetensors({
    path: join(large, "model.safetensors"),
    tensors: new Map(
      Array.from(tensors, ([key, value]) => [key, { ...value, read: async () => value as Tensor }]),
    ),
  });
  await expect(convertToFolder({ path: large, target, dtype: "float16" })).rejects.toMatchObject({
    code: "numeric",
    message: expect.stringMatching(/blocks\.0\.norm1\.weight holds 70000, .* range of float16/) as string,
  });
  expect(await readdir(directory.path)).toEqual(["large"]);

  await mkdir(target); // An empty folder is no obstacle.
  await convertToFolder({ path: large, target });
  await expect(convertToFolder({ path: large, target })).rejects.toThrow(/something at .*made already/);
  const file = join(directory.path, "file");
  await writeFile(file, "");
  await expect(convertToFolder({ path: large, target: file })).rejects.toThrow(/something at .*file already/);
  await expect(convertToFolder({ path: large, target: join(file, "inside") })).rejects.toMatchObject({
    code: "io",
  });
});

test.each(["folder", "onnx", "int8"])("refuses a weight that is not finite, by name (%s)", async (kind) => {
  await using directory = await temporaryDirectory();
  const [broken, target] = [join(directory.path, "broken"), join(directory.path, "made")];
  await mkdir(broken);
  await copyFile(fixturePath("hub/config.json"), join(broken, "config.json"));
  const tensors = readFixture("hub/model.safetensors");
  const name = "backbone.blocks.1.mlp.0.weight";
  const { shape, data } = tensors.get(name)!;
  tensors.set(name, tensor("float32", shape, (data as Float32Array).with(65, Number.NaN)));
  await writeSafetensors({
    path: join(broken, "model.safetensors"),
    tensors: new Map(
      Array.from(tensors, ([key, value]) => [key, { ...value, read: async () => value as Tensor }]),
    ),
  });
  const options = { path: broken, target, dtype: kind === "int8" ? "int8" : undefined } as const;
  const converting = kind === "onnx" ? convertToOnnx(options) : convertToFolder(options);
  await expect(converting).rejects.toMatchObject({
    code: "numeric",
    message: expect.stringContaining("The weight blocks.1.mlp.0.weight holds NaN at [1, 1]") as string,
  });
  expect(await readdir(directory.path)).toEqual(["broken"]);
});
