import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { librariesFolder, libraryName } from "./c-api/library.ts";
import type { DevicePlace, DeviceReport, DeviceSupport } from "../devices/support.ts";
import { createEngine } from "./create-engine.ts";

const cable = { what: "no cable", remedy: "buy one" };

/** A device as a package would bring it, whose provider no library has. */
function pretended(options: {
  missing: DeviceReport["missing"];
  preload?: DeviceReport["preload"];
  libraries?: string;
  inspected?: (place: DevicePlace) => void;
}): DeviceSupport {
  const { missing, preload = [], libraries: folder, inspected } = options;
  return {
    device: "cuda",
    form: 1,
    provider: ({ deviceId = 0 } = {}) => ({
      device: "cuda",
      deviceId,
      options: {},
      registration: { name: "Pretended" },
      traits: { maxPositions: 1, maxHeadRows: 1, computeTypes: ["float32"] },
    }),
    libraries: async () => folder,
    inspect: async (place) => {
      inspected?.(place);
      return { missing, preload };
    },
    explain: () => ({ what: "it is pretended", remedy: "plug it in" }),
  };
}

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

test("a device that is not available is refused with a reason and a remedy, never replaced in silence", async () => {
  await expect(createEngine({ device: pretended({ missing: [cable] }) })).rejects.toMatchObject({
    code: "unavailable",
    message: "The device cuda is not available: no cable (buy one).",
  });
});

test("a device that is given is opened on the libraries that its package names, after what it preloads", async () => {
  const found: unknown[] = [];
  const device = pretended({ missing: [], libraries, inspected: (place) => found.push(place) });
  // A provider that this library does not have: all before it works.
  await expect(createEngine({ device, gpu: { deviceId: 3 } })).rejects.toMatchObject({
    code: "unavailable",
    message: "The device cuda is not available: it is pretended (plug it in).",
  });
  expect(found).toEqual([{ folder: libraries, libraryName: libraryName(), deviceId: 3 }]);
  const preload = [{ path: join(libraries, "none.so"), optional: false }];
  await expect(createEngine({ device: pretended({ missing: [], preload }) })).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/none\.so cannot be loaded/) },
  });
});

test("a support of another form is refused", async () => {
  const device = { ...pretended({ missing: [] }), form: 0 as 1 };
  await expect(createEngine({ device })).rejects.toMatchObject({ code: "usage" });
});

test("the CPU takes no options of a GPU", async () => {
  await expect(createEngine({ gpu: { tf32: true, memoryLimit: undefined } })).rejects.toThrow(
    "The device cpu takes no tf32: leave it out.",
  );
});

test("auto takes the CPU where there is no GPU, and says so", async () => {
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
    message: expect.stringMatching(/with onnxruntime-node's own library: use "c-api" for the library in /),
  });
});

test("the binding computes on the CPU only", async () => {
  await expect(createEngine({ engine: "binding", device: "webgpu" })).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringMatching(/^The engine "binding" computes on the CPU, .* use "c-api" for webgpu\.$/),
  });
});
