import { expect, test } from "vitest";
import { providerOf } from "./provider.ts";

test("the CPU needs no provider", () => {
  expect(providerOf("cpu")).toBeUndefined();
});

test("CUDA is told the GPU, the limit and whether float32 may round", () => {
  expect(providerOf("cuda")?.options).toEqual({
    device_id: "0",
    arena_extend_strategy: "kSameAsRequested",
    use_tf32: "0",
  });
  expect(providerOf("cuda", { deviceId: 1, memoryLimit: 2 ** 33, tf32: true })).toMatchObject({
    deviceId: 1,
    options: { device_id: "1", gpu_mem_limit: "8589934592", use_tf32: "1" },
  });
});

test.each([
  [{ deviceId: -1 }, "The id of a GPU: expected a whole number from 0, got -1."],
  [{ deviceId: 0.5 }, "The id of a GPU: expected a whole number from 0, got 0.5."],
  [{ memoryLimit: 0 }, "The limit of a GPU's memory: expected a whole number from 1, got 0."],
])("%o is out of range", (gpu, message) => {
  expect(() => providerOf("cuda", gpu)).toThrow(message);
});

test.each(["cpu", "webgpu"] as const)("%s refuses what it would not heed", (device) => {
  expect(() => providerOf(device, { tf32: true, memoryLimit: undefined })).toThrow(
    `The device ${device} takes no tf32: that is for cuda.`,
  );
});
