import { expect, test } from "vitest";
import { nativeError } from "./native-error.ts";

test.each([
  [
    "BFCArena::AllocateRawInternal: Available memory of 1024 is smaller than requested bytes of 3145728",
    "There is no memory left for 3 MiB more. ",
  ],
  [
    "Failed to allocate memory for requested buffer of size 1048577",
    "There is no memory left for 2 MiB more. ",
  ],
  ["failure 2: out of memory ; GPU=0", "There is no memory left. "],
  ["std::bad_alloc", "There is no memory left. "],
])("%s", (words, begin) => {
  expect(nativeError(words)).toMatchObject({
    code: "out-of-memory",
    message: `${begin}ONNX Runtime: ${words}`,
  });
});

test("the device is gone, and with it what lay there", () => {
  expect(nativeError("WebGPU device lost (1): gone")).toMatchObject({
    code: "unavailable",
    message: expect.stringMatching(/^The device was lost/),
  });
});

test("a device's own words are known where its support tells them", () => {
  const failures = { outOfMemory: /full up/, deviceLost: /burnt down/ };
  const codes = ["full up", "burnt down", "else"].map((words) => nativeError(words, failures).code);
  expect(codes).toEqual(["out-of-memory", "unavailable", "runtime"]);
  expect(nativeError("full up").code).toBe("runtime");
});

test("whatever else goes wrong is ONNX Runtime's to say", () => {
  expect(nativeError("MatMul dimension mismatch")).toMatchObject({
    code: "runtime",
    message: "ONNX Runtime: MatMul dimension mismatch",
  });
});
