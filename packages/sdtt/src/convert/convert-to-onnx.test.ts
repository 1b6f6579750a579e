import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import { evaluateProgram, fixtureNumbers, fixturePath, readFixture, temporaryDirectory } from "@sdtt/testing";
import onnxProto from "onnx-proto";
import { expect, test } from "vitest";
import { convertToOnnx } from "./convert-to-onnx.ts";
import { verifyOnnx } from "./verify-onnx.ts";

const forward = readFixture("forward.safetensors");

test.each([
  ["with its weights inside", undefined, ["model.onnx"]],
  ["with its weights beside it, where they are too many", 100_000, ["model.onnx", "model.onnx.data"]],
] as const)("an ONNX file %s gives the original's log-probabilities", async (_, largestFile, names) => {
  await using directory = await temporaryDirectory();
  const target = join(directory.path, "made", "model.onnx");
  const { files, verification } = await convertToOnnx({
    path: fixturePath("hub"),
    target,
    largestFile,
  });
  expect(files.map((file) => basename(file))).toEqual(names);
  expect(await readdir(join(target, ".."))).toEqual(names);
  expect(verification!.distance).toBeLessThan(1e-5);

  const model = await readFile(target);
  const { graph } = onnxProto.onnx.ModelProto.decode(model);
  expect(graph!.node!.map(({ domain }) => domain)).toEqual(graph!.node!.map(() => ""));

  const { log_probs } = await evaluateProgram(
    { model, weightsFolder: join(target, "..") },
    { tokens: forward.get("xt")! },
  );
  const expected = fixtureNumbers(forward, "logprobs_subs");
  expect(log_probs!.shape).toEqual([3, 32, 97]);
  const wrong = Array.from(log_probs!.data, Number).filter((value, i) =>
    expected[i]! < -1e5 ? value !== -Infinity : !(Math.abs(value - expected[i]!) < 1e-4),
  );
  expect(wrong).toEqual([]);
});

test.each([
  ["sedd", undefined],
  ["compiled_bf16.ckpt", undefined],
  ["legacy_f16.ckpt", "float32"],
  ["hub", "float16"],
  ["hub", "bfloat16"],
  ["hub", "int8"],
] as const)("%s as %s passes its own verification", async (file, dtype) => {
  await using directory = await temporaryDirectory();
  const target = join(directory.path, "model.onnx");
  const { verification } = await convertToOnnx({ path: fixturePath(file), target, dtype });
  expect(verification!.distance).toBeLessThan(verification!.allowed);
  expect((await stat(target)).size).toBeGreaterThan(100_000);
});

test("a file that computes something else, or nothing, does not pass", async () => {
  await using directory = await temporaryDirectory();
  const target = join(directory.path, "model.onnx");
  await convertToOnnx({ path: fixturePath("lightning.ckpt"), weightSet: "raw", target, verify: false });
  const opened = await openCheckpoint({ path: fixturePath("lightning.ckpt"), weightSet: "ema" });
  const another = expectDenoiser(opened, "lightning.ckpt");
  await expect(verifyOnnx({ path: target, checkpoint: another })).rejects.toMatchObject({
    code: "runtime",
    message: expect.stringMatching(/does not compute what the model does/) as string,
  });
  await expect(verifyOnnx({ path: fixturePath("README.md"), checkpoint: another })).rejects.toMatchObject({
    code: "runtime",
    message: expect.stringMatching(/does not run/) as string,
  });
});
