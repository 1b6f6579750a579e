import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { libraryPath } from "../engines/c-api/library.ts";
import { missingForCuda } from "./cuda.ts";
import { diagnose } from "./diagnose.ts";
import { inspectProcessor } from "./processor.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "doctor-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a diagnosis is plain data about this machine", async () => {
  const diagnosis = await diagnose();
  expect(structuredClone(diagnosis)).toEqual(diagnosis);
  expect(diagnosis.versions.node).toBe(process.versions.node);
  expect(diagnosis.engines.map(({ name, available }) => [name, available])).toEqual([
    ["c-api", true],
    ["binding", true],
  ]);
  expect(diagnosis.devices[0]).toEqual({ name: "cpu", available: true, missing: [] });
  expect(diagnosis.memory.available).toBeLessThanOrEqual(diagnosis.memory.total);
});

test("what CUDA lacks is named in the order in which to mend it", async () => {
  const driver = join(folder, "driver");
  const provider = join(folder, "libonnxruntime_providers_cuda.so");
  const whatIsMissing = async (platform = "linux-x64") => {
    const missing = await missingForCuda({ platform, driver, libraries: folder });
    return missing.map(({ what }) => what.replace(/ in .*|: Command.*/s, ""));
  };
  expect(await whatIsMissing("darwin-arm64")).toEqual(["no CUDA provider for darwin-arm64"]);
  expect(await whatIsMissing()).toEqual([
    `no NVIDIA driver: ${driver} does not exist`,
    "no CUDA provider: libonnxruntime_providers_shared.so and libonnxruntime_providers_cuda.so not",
  ]);
  await writeFile(driver, "NVRM version: ...");
  await copyFile(libraryPath(), join(folder, "libonnxruntime_providers_shared.so"));
  expect(await whatIsMissing()).toEqual(["no CUDA provider: libonnxruntime_providers_cuda.so not"]);
  await writeFile(provider, "not a library");
  expect(await whatIsMissing()).toEqual(["a broken CUDA provider"]);
  // Any library that needs one which does not lie beside it.
  await copyFile(join(dirname(libraryPath()), "onnxruntime_binding.node"), provider);
  expect(await whatIsMissing()).toEqual(["no CUDA libraries: the loader does not find libonnxruntime.so.1"]);
  await copyFile(libraryPath(), provider);
  expect(await whatIsMissing()).toEqual([]);
});

test.each([
  [
    "x86",
    "model name\t: AMD EPYC\nflags\t\t: fpu sse avx avx2 f16c fma avx512f avx512_vnni\n",
    "avx avx2 fma f16c avx512f avx512_vnni",
  ],
  ["ARM", "processor\t: 0\nFeatures\t: fp asimd asimddp i8mm bf16\n", "asimd asimddp i8mm bf16"],
])("instruction sets are read as %s lists them", async (name, text, features) => {
  const file = join(folder, name);
  await writeFile(file, text);
  expect((await inspectProcessor(file)).features.join(" ")).toBe(features);
});
