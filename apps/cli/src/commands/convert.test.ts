import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fixturePath } from "@sdtt/testing";
import { openHubScene } from "../testing/hub-scene.ts";

test("a model of the Hub becomes a folder that samples the same text, and an ONNX file that computes the same", async () => {
  await using scene = await openHubScene();
  const { run, folder } = scene;
  scene.hub.push("org/model", "main", scene.model.files);
  const [target, onnx] = [join(folder, "made"), join(folder, "made.onnx")];

  expect(await run("convert", "org/model", target)).toMatchObject({ status: 0, stdout: `${target}\n` });
  expect((await readdir(target)).toSorted()).toEqual(["config.json", "model.safetensors", "tokenizer.json"]);
  expect(await provenanceOf(target)).toEqual({
    origin: { kind: "converted", source: "hf:org/model@main" },
    weights: "raw",
  });
  const sample = ["--steps", "3", "--seed", "5", "--json"];
  const [original, made] = await Promise.all(
    ["org/model", target].map(async (model) => {
      const { stdout } = await run("sample", "--model", model, ...sample);
      return (JSON.parse(stdout) as { tokens: number[] }).tokens;
    }),
  );
  expect(made).toEqual(original);

  const page = join(folder, "page");
  expect(await run("convert", "org/model", page, "--page")).toMatchObject({ status: 0, stdout: `${page}\n` });
  const listed = JSON.parse(await readFile(join(page, "files.json"), "utf8")) as {
    files: { path: string }[];
  };
  expect(listed.files.map(({ path }) => path)).toEqual([
    "config.json",
    "model.safetensors",
    "tokenizer.json",
  ]);

  const exported = await run("convert", target, onnx, "--dtype", "bfloat16");
  expect(exported).toMatchObject({ status: 0, stdout: `${onnx}\n` });
  expect(exported.stderr).toMatch(/computes what the model does: total variation/);
  const unverified = await run("convert", target, join(folder, "again.onnx"), "--no-verify");
  expect(unverified.stderr).not.toContain("computes");
});

test("training weights are chosen, and the choice is remembered", async () => {
  await using scene = await openHubScene();
  const target = join(scene.folder, "made");
  const args = ["convert", fixturePath("lightning.ckpt"), target, "--weights", "raw", "--dtype", "float16"];
  expect((await scene.run(...args)).status).toBe(0);
  expect(await provenanceOf(target)).toEqual({
    origin: { kind: "converted", source: "lightning.ckpt" },
    weights: "raw",
  });
});

test("what cannot be converted is refused before anything is written", async () => {
  await using scene = await openHubScene();
  const { folder, model } = scene;
  const target = join(folder, "made");
  const cases: [args: string[], status: number, message: RegExp][] = [
    [[model.path], 2, /missing required argument 'target'/],
    [[model.path, model.path], 2, /something at .*small already/],
    [[model.path, target, "--format", "onnx"], 2, /name ends in \.onnx; got .*made/],
    [[model.path, `${target}.onnx`, "--format", "safetensors"], 2, /not for a folder/],
    [[model.path, `${target}.onnx`, "--page"], 2, /--page is for a folder/],
    [[fixturePath("gpt2"), target, "--page"], 1, /is an autoregressive model/],
    [[model.path, target, "--dtype", "int4"], 2, /Allowed choices are float32, float16, bfloat16, int8/],
    [[model.path, target, "--weights", "ema"], 1, /holds one set of weights, no EMA/],
    [[join(folder, "nothing"), target], 1, /nothing at/],
    [[fixturePath("torch_files/sd.bin"), target], 1, /no model of the SDTT, MDLM or SEDD family/],
    [[model.path, join(model.path, "config.json", "made")], 1, /cannot be written/],
  ];
  for (const [args, status, message] of cases) {
    const result = await scene.run("convert", ...args);
    expect(result.stderr).toMatch(message);
    expect([args, result.status]).toEqual([args, status]);
  }
  expect(await readdir(folder)).toEqual(["small"]);
});

async function provenanceOf(folder: string): Promise<unknown> {
  const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8")) as { provenance: unknown };
  return config.provenance;
}
