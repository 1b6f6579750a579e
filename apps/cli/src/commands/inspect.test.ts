import { copyFile, mkdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { writeSafetensors } from "@sdtt/hub";
import { fixturePath, readFixture } from "@sdtt/testing";
import { expect, test } from "vitest";
import { openHubScene } from "../testing/hub-scene.ts";
import { runCaptured } from "../testing/run-captured.ts";

test("a good checkpoint is described, by path and by name", async () => {
  await using scene = await openHubScene();
  scene.hub.push("org/model", "main", scene.model.files);
  for (const name of [scene.model.path, "org/model"]) {
    const { status, stdout } = await scene.run("inspect", name);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^family +SDTT$/m);
    expect(stdout).toMatch(/^vocabulary +258, the mask included$/m);
    expect(stdout).toMatch(/^tokenizer +tokenizer\.json, 257 ids and the mask$/m);
    expect(stdout).toMatch(/^backbone\.vocab_embed\.embedding +\[258, 32\] +float32$/m);
    expect(stdout).not.toContain("problem");
  }
});

test("a training checkpoint shows either set of weights, as JSON", async () => {
  for (const weights of ["ema", "raw"]) {
    const args = ["inspect", fixturePath("lightning.ckpt"), "--weights", weights, "--json"];
    const found = JSON.parse((await runCaptured(args)).stdout) as Record<string, unknown>;
    expect(found).toMatchObject({ model: { family: "sdtt", config: { headCount: 4, length: 32 } } });
    expect(found["tensors"]).toHaveLength(31);
  }
});

test("a broken one is listed with everything that is wrong", async () => {
  await using scene = await openHubScene();
  const folder = join(scene.folder, "broken");
  await mkdir(folder);
  await copyFile(fixturePath("hub/config.json"), join(folder, "config.json"));
  const tensors = readFixture("hub/model.safetensors");
  tensors.delete("backbone.blocks.0.norm1.weight");
  tensors.set("backbone.blocks.1.norm1.weight", tensor("float32", [3], new Float32Array(3)));
  tensors.set("strange\u001b[31m", tensor("int64", [1], new BigInt64Array(1)));
  const path = join(folder, "model.safetensors");
  await writeSafetensors({
    path,
    tensors: new Map(Array.from(tensors, ([name, value]) => [name, source(value)])),
  });

  const { status, stdout } = await scene.run("inspect", folder);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^problem .*1 missing \(blocks\.0\.norm1\.weight\)/m);
  expect(stdout).toMatch(/^problem .*1 unknown \("strange/m);
  expect(stdout).toMatch(/^problem .*1 misshapen \(blocks\.1\.norm1\.weight \[3\], expected \[64\]\)/m);
  expect(stdout).toMatch(/^"strange\\u001b\[31m" +\[1\] +int64$/m);
  expect(stdout).not.toContain("\u001b");

  await truncate(path, 1000);
  const cut = await scene.run("inspect", folder);
  expect(cut).toMatchObject({ status: 1, stdout: "" });
  expect(cut.stderr).toMatch(/^error: .*truncated.*\n$/);
});

test("a model with another model's tokenizer is found out", async () => {
  await using scene = await openHubScene();
  const folder = join(scene.folder, "mixed");
  await mkdir(folder);
  for (const name of ["config.json", "model.safetensors"]) {
    await copyFile(fixturePath(`hub/${name}`), join(folder, name));
  }
  await writeFile(join(folder, "tokenizer.json"), scene.model.files["tokenizer.json"]!);
  const { stdout } = await scene.run("inspect", folder);
  expect(stdout).toMatch(/^problem +The vocabulary of the model is 97/m);
});

test("what is no checkpoint is refused in one line", async () => {
  const cases: [path: string, message: RegExp][] = [
    ["./nowhere", /nothing at \.\/nowhere/],
    ["./nowhere.onnx", /nothing at \.\/nowhere\.onnx/],
    [fixturePath("README.md"), /no file of safetensors or torch\.save/],
    [fixturePath("torch_files"), /holds no model/],
    [fixturePath("torch_files/evil.pt"), /posix\.system|os\.system/],
  ];
  for (const [path, message] of cases) {
    const { status, stdout, stderr } = await runCaptured(["inspect", path]);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: [^\n]*\n$/);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  }
});

function source(value: Tensor) {
  return { ...value, read: async () => value };
}
