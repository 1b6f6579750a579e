import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
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
