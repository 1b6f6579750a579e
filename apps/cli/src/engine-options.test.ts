import { expect, test } from "vitest";
import { engineOptions, forEachGpu } from "./engine-options.ts";
import { runCaptured } from "./testing/run-captured.ts";

const flags = { engine: "auto", device: "cuda" } as const;

test("a GPU by number, none where none is named", () => {
  expect(engineOptions({ ...flags, gpu: [1] })).toMatchObject({ gpu: { deviceId: 1 } });
  expect(engineOptions({ ...flags, gpu: 2, tf32: true })).toMatchObject({ gpu: { deviceId: 2, tf32: true } });
  expect(engineOptions(flags).gpu).toBeUndefined();
});

test("several GPUs are one set of flags each", () => {
  expect(forEachGpu({ ...flags, gpu: [0, 2] })).toEqual([
    { ...flags, gpu: [0] },
    { ...flags, gpu: [2] },
  ]);
  expect(forEachGpu({ ...flags, gpu: undefined })).toEqual([{ ...flags, gpu: undefined }]);
});

test("what computes on one GPU refuses several", () => {
  expect(() => engineOptions({ ...flags, gpu: [0, 1] })).toThrow(
    "This command computes on one GPU; got --gpu 0,1. sample and infill write on several.",
  );
});

test.each([
  [["worker", "--queue", "redis://127.0.0.1:1", "--gpu", "0,1"], /one GPU; got --gpu 0,1/],
  [["sample", "--gpu", "0,0"], /Expected each GPU once; got "0,0"/],
  [["sample", "--gpu", "0,x"], /Expected a number; got "x"/],
  [["sample", "--gpu", "0,1"], /The device cpu takes no deviceId/],
])("%s is misuse", async (args, message) => {
  const { status, stderr } = await runCaptured(args);
  expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
});
