import { cp, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { safetensorsFormat } from "@sdtt/checkpoint";
import type { TensorFileFormat } from "@sdtt/checkpoint";
import { elementCount, float32ToBfloat16, tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { ditParameters } from "@sdtt/models";
import { fixturePath, readFixture } from "@sdtt/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeSafetensors } from "../safetensors/writer.ts";
import { openCheckpoint, openCheckpointContents } from "./open-checkpoint.ts";
import { readWeight } from "./read-weight.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "sdtt-checkpoint-"))));
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, tensors: ReadonlyMap<string, Tensor>): Promise<void> {
  const sources = Array.from(
    tensors,
    ([key, value]) => [key, { ...value, read: () => Promise.resolve(value) }] as const,
  );
  await writeSafetensors({ path: join(folder, name), tensors: new Map(sources) });
}

const hubTensors = readFixture("hub/model.safetensors");
const copyConfig = () => cp(fixturePath("hub/config.json"), join(folder, "config.json"));

test.each([
  ["hub", "backbone.", "sdtt"],
  ["mdlm_hf", "backbone.", "mdlm"],
  ["sedd", "", "sedd"],
])("%s opens as a directory and gives its weights bit for bit", async (name, prefix, family) => {
  const { description, weights } = await openCheckpoint({ path: fixturePath(name) });
  expect(description.family).toBe(family);
  const expected = readFixture(`${name}/model.safetensors`);
  expect(weights.size).toBe(expected.size - 1); // all but the rotary buffer
  for (const [key, weight] of weights) {
    expect(weight.source).toMatchObject({ location: { path: fixturePath(`${name}/model.safetensors`) } });
    expect(await readWeight(weight)).toEqual(expected.get(prefix + key));
  }
});

test.each([
  ["lightning.ckpt", "ema", "sdtt", "ema."],
  ["lightning.ckpt", "raw", "sdtt", "state_dict.backbone."],
  ["mdlm_hf/pytorch_model.bin", undefined, "mdlm", "state_dict.backbone."],
] as const)("the torch file %s opens with its %s weights", async (name, weightSet, family, prefix) => {
  const { description, weights } = await openCheckpoint({ path: fixturePath(name), weightSet });
  expect(description).toMatchObject({ family, config: { headCount: 4, length: 32 } });
  const expected = readFixture("lightning_expected.safetensors");
  for (const [key, weight] of weights) expect(await readWeight(weight)).toEqual(expected.get(prefix + key));
});

test("a file of the Hub's cache opens through its symlink, with what lies beside the link", async () => {
  const blobs = join(folder, "blobs");
  const snapshot = join(folder, "snapshots", "0123");
  await mkdir(blobs);
  await mkdir(snapshot, { recursive: true });
  await cp(fixturePath("hub/model.safetensors"), join(blobs, "abcd"));
  await symlink("../../blobs/abcd", join(snapshot, "model.safetensors"));
  await cp(fixturePath("hub/config.json"), join(snapshot, "config.json"));
  await writeFile(join(snapshot, "tokenizer.json"), "{}");
  const expected = {
    description: { family: "sdtt", config: { length: 32 } },
    tokenizer: { path: join(snapshot, "tokenizer.json") },
  };
  for (const path of [snapshot, join(snapshot, "model.safetensors")]) {
    const checkpoint = await openCheckpoint({ path });
    expect(checkpoint).toMatchObject(expected);
    const { source } = checkpoint.weights.get("output_layer.linear.bias")!;
    expect(source).toMatchObject({ location: { path: expect.stringMatching(/blobs.abcd$/) } });
  }
});

test("a checkpoint of the large model's size opens without its weights being read", async () => {
  const large = {
    vocabSize: 50258,
    hiddenSize: 1536,
    blockCount: 24,
    headCount: 16,
    conditionSize: 128,
    length: 1024,
  };
  let end = 0;
  const members = ditParameters({ ...large, timeConditioning: false }).map(({ name, shape }) => {
    const begin = end;
    end += 4 * elementCount(shape);
    return [`backbone.${name}`, { dtype: "F32", shape, data_offsets: [begin, end] }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(members)));
  const path = join(folder, "model.safetensors");
  await writeFile(
    path,
    Buffer.concat([Buffer.from(BigUint64Array.of(BigInt(header.length)).buffer), header]),
  );
  await truncate(path, 8 + header.length + end);
  expect(end).toBeGreaterThan(3.4e9);

  let bytesRead = 0;
  const counting: TensorFileFormat = {
    ...safetensorsFormat,
    open: (file, options) =>
      safetensorsFormat.open(
        { ...file, read: (offset, length) => ((bytesRead += length), file.read(offset, length)) },
        options,
      ),
  };
  const { description, weights } = await openCheckpoint({ path, formats: [counting] });
  expect(description.config).toEqual({ ...large, timeConditioning: false });
  expect(bytesRead).toBe(8 + header.length);
  const last = await readWeight(weights.get("output_layer.adaLN_modulation.bias")!);
  expect(last.data).toEqual(new Float32Array(3072));
});

test("shards open as one model, each weight in the half precision it is stored in", async () => {
  await copyConfig();
  const halves = new Map(
    Array.from(hubTensors, ([key, { shape, data }]) => [
      key,
      tensor("bfloat16", shape, float32ToBfloat16(data as Float32Array)),
    ]),
  );
  const entries = [...halves];
  await write("a.safetensors", new Map(entries.slice(0, 10)));
  await write("b.safetensors", new Map(entries.slice(10)));
  const weight_map = Object.fromEntries(
    entries.map(([key], i) => [key, i < 10 ? "a.safetensors" : "b.safetensors"]),
  );
  await writeFile(join(folder, "model.safetensors.index.json"), JSON.stringify({ metadata: {}, weight_map }));

  const { weights, tokenizer } = await openCheckpoint({ path: folder });
  expect(tokenizer).toEqual({ name: "gpt2" });
  for (const [key, weight] of weights)
    expect(await readWeight(weight)).toEqual(halves.get(`backbone.${key}`));
});

test("an index that disagrees with its files, or leaves its folder, is refused", async () => {
  await write("a.safetensors", new Map([["x", tensor("float32", [1], Float32Array.of(1))]]));
  const index = join(folder, "model.safetensors.index.json");
  const open = async (weight_map: unknown) => {
    await writeFile(index, JSON.stringify({ weight_map }));
    return await openCheckpointContents({ path: index });
  };
  await using agreeing = await open({ x: "a.safetensors" });
  expect(await agreeing.tensors.read("x")).toEqual(tensor("float32", [1], Float32Array.of(1)));
  await expect(agreeing.tensors.read("y")).rejects.toMatchObject({ code: "not-found" });
  await expect(open({ y: "a.safetensors" })).rejects.toMatchObject({
    code: "format",
    message: expect.stringMatching(
      /1 tensors are not where it says \("y" in a\.safetensors\); 1 tensors are not in it \("x" in/,
    ),
  });
  await expect(open({ x: "../a.safetensors" })).rejects.toMatchObject({
    code: "format",
    message: expect.stringMatching(/outside its folder: "\.\./),
  });
  await expect(open({ x: "b.safetensors" })).rejects.toMatchObject({ code: "not-found" });
  await expect(open({ x: 1 })).rejects.toMatchObject({
    code: "format",
    message: expect.stringMatching(/no weight_map/),
  });
});

test("rotary frequencies of another base are refused", async () => {
  await copyConfig();
  const frequencies = Float32Array.from({ length: 8 }, (_, i) => 500_000 ** (-i / 8));
  await write(
    "model.safetensors",
    new Map(hubTensors).set("backbone.rotary_emb.inv_freq", tensor("float32", [8], frequencies)),
  );
  await expect(openCheckpoint({ path: folder })).rejects.toMatchObject({
    code: "checkpoint",
    message: expect.stringMatching(/rotary .* another base: number 1 of 8/),
  });
});

test.each<[what: string, code: string, message: RegExp, prepare: () => Promise<unknown>, name?: string]>([
  ["a missing path", "not-found", /nothing at .*absent/, async () => {}, "absent"],
  [
    "an empty directory",
    "not-found",
    /holds no model: none of model\.safetensors.* It holds nothing/,
    async () => {},
  ],
  [
    "a directory without a model",
    "not-found",
    /It holds config\.json\. To open a file of another name/,
    copyConfig,
  ],
  [
    "an empty file",
    "format",
    /model\.safetensors is empty/,
    () => writeFile(join(folder, "model.safetensors"), ""),
  ],
  [
    "a Git LFS pointer",
    "format",
    /is a Git LFS pointer: fetch/,
    () =>
      writeFile(
        join(folder, "model.safetensors"),
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
      ),
  ],
  [
    "a web page",
    "format",
    /is a web page/,
    () => writeFile(join(folder, "model.safetensors"), "\n<!DOCTYPE html><html></html>"),
  ],
  [
    "another format",
    "format",
    /no file of safetensors.*: it begins with the bytes 00010203/,
    () => writeFile(join(folder, "model.safetensors"), Buffer.of(0, 1, 2, 3)),
  ],
  [
    "a truncated file",
    "format",
    /is truncated: fetch it again/,
    async () => {
      await cp(fixturePath("hub/model.safetensors"), join(folder, "model.safetensors"));
      await truncate(join(folder, "model.safetensors"), 100_000);
    },
  ],
  [
    "a config that is no JSON",
    "format",
    /config\.json is no valid JSON: /,
    async () => {
      await cp(fixturePath("hub/model.safetensors"), join(folder, "model.safetensors"));
      await writeFile(join(folder, "config.json"), '{\n"model": NaN\n}');
    },
  ],
  [
    "a config that contradicts the tensors",
    "checkpoint",
    /blocks is 2 by blocks\.1 but 12 by model\.n_blocks of .*config\.json/,
    async () => {
      await cp(fixturePath("hub/model.safetensors"), join(folder, "model.safetensors"));
      const config = await readFile(fixturePath("hub/config.json"), "utf8");
      await writeFile(join(folder, "config.json"), config.replace('"n_blocks": 2', '"n_blocks": 12'));
    },
  ],
  [
    "the EMA of a file that has none",
    "checkpoint",
    /one set of weights, no EMA/,
    async () => {
      await cp(dirname(fixturePath("hub/config.json")), folder, { recursive: true });
    },
  ],
])("%s is told in one line", async (what, code, message, prepare, name = "") => {
  await prepare();
  const options = what.startsWith("the EMA") ? ({ weightSet: "ema" } as const) : {};
  const error: unknown = await openCheckpoint({ path: join(folder, name), ...options }).catch(
    (error: unknown) => error,
  );
  expect(error).toMatchObject({ name: "SdttError", code, message: expect.stringMatching(message) });
  expect((error as Error).message).not.toContain("\n");
});
