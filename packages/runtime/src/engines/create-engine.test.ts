import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { librariesFolder, libraryName } from "./c-api/library.ts";
import { createEngine } from "./create-engine.ts";

/** Holds ONNX Runtime's library without any provider beside it. */
let libraries: string;
beforeAll(async () => {
  libraries = await mkdtemp(join(tmpdir(), "libraries-"));
  await symlink(join(librariesFolder(), libraryName()), join(libraries, libraryName()));
});
afterAll(() => rm(libraries, { recursive: true }));

test("the C API is taken where it can be had", async () => {
  await using engine = await createEngine();
  expect([engine.name, engine.device]).toEqual(["c-api", "cpu"]);
});

test.each([0, 1.5, Number.NaN, 5000])("%d threads are refused", async (threads) => {
  await expect(createEngine({ threads })).rejects.toMatchObject({
    code: "usage",
    message: expect.stringMatching(
      `^Threads: expected a whole number from 1 to \\d+ on this machine of \\d+ cores; got ${threads}\\.$`,
    ),
  });
});

test("CUDA is refused with a reason and a remedy, never replaced in silence", async () => {
  await expect(createEngine({ device: "cuda", libraries })).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringMatching(/^The device cuda is not available: .*no CUDA provider.* \(.+\)\.$/),
  });
});

test("auto takes the CPU where there is no CUDA, and says so", async () => {
  await using engine = await createEngine({ device: "auto", libraries, gpu: { tf32: true } });
  expect(engine.device).toBe("cpu");
});

test("a library that is named is the one that is used, or none", async () => {
  await expect(createEngine({ libraries: join(libraries, "none") })).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringMatching(/^The C API of ONNX Runtime cannot be used: /),
  });
  await expect(createEngine({ engine: "binding", libraries })).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringMatching(/bound to onnxruntime-node's own library/),
  });
});

test("the binding computes on the CPU only", async () => {
  await expect(createEngine({ engine: "binding", device: "webgpu" })).rejects.toMatchObject({
    code: "unavailable",
    message: 'The engine "binding" computes on the CPU only: use "c-api" for webgpu.',
  });
});
