import { expect, test } from "vitest";
import { providerOf } from "../provider-options.ts";
import { explainFailure } from "./failure.ts";

const cuda = providerOf({ deviceId: 3 });

test.each([
  [
    "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1 ; hostname=a",
    "the NVIDIA driver is older than the CUDA provider",
  ],
  [
    "CUDA failure 101: invalid device ordinal ; GPU=0 ; expr=cudaSetDevice(info_.device_id);",
    "there is no GPU 3",
  ],
  ["CUDA failure 100: no CUDA-capable device is detected", "the driver shows this process no GPU"],
  ["CUDA failure 209: no kernel image is available for execution", /has no kernels for$/],
  [
    "Failed to load library, error code: libcudnn.so.9: cannot open shared object file",
    "cuDNN 9 cannot be loaded",
  ],
  ["OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library", /cannot be loaded/],
])("%s", (message, what) => {
  const said = explainFailure(new Error(`ONNX Runtime: ${message}`), cuda);
  expect(said?.what).toEqual(typeof what === "string" ? what : expect.stringMatching(what));
  expect(said?.remedy).not.toBe("");
});

test("what is not known is left to the error's own words", () => {
  expect(explainFailure(new Error("ONNX Runtime: something else"), cuda)).toBeUndefined();
});
