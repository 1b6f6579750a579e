import { expect, test } from "vitest";
import { providerOf } from "./provider-options.ts";

test("CUDA is told the GPU, the limit and whether float32 may round", () => {
  expect(providerOf().options).toEqual({
    device_id: "0",
    arena_extend_strategy: "kSameAsRequested",
    use_tf32: "0",
  });
  expect(providerOf({ deviceId: 1, memoryLimit: 2 ** 33, tf32: true })).toMatchObject({
    deviceId: 1,
    options: { device_id: "1", gpu_mem_limit: "8589934592", use_tf32: "1" },
  });
});

test("CUDA graphs are for the sessions that ask for them", () => {
  const { optionsFor } = providerOf();
  const program = { model: new Uint8Array(), inputs: [], outputs: [] };
  expect(optionsFor!(program, { replay: true })).toEqual({ enable_cuda_graph: "1" });
  expect(optionsFor!(program, { replay: false })).toEqual({});
});

test.each([
  [{ deviceId: -1 }, "The id of a GPU: expected a whole number from 0, got -1."],
  [{ deviceId: 0.5 }, "The id of a GPU: expected a whole number from 0, got 0.5."],
  [{ memoryLimit: 0 }, "The limit of a GPU's memory: expected a whole number from 1, got 0."],
])("%o is out of range", (gpu, message) => {
  expect(() => providerOf(gpu)).toThrow(message);
});

test("CUDA's words for lack of memory and for a lost device are known", () => {
  const { failures } = providerOf();
  expect("CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED").toMatch(failures!.outOfMemory!);
  expect("CUDA failure 719: unspecified launch failure").toMatch(failures!.deviceLost!);
  expect("CUDA failure 7: too many resources").not.toMatch(failures!.deviceLost!);
});
