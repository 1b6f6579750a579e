import { expect, test } from "vitest";
import { providerOf } from "../engines/provider.ts";
import { explainDeviceFailure } from "./device-failure.ts";

const cuda = providerOf("cuda", { deviceId: 3 })!;

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
  ["Failed to get a WebGPU adapter: No supported adapters", /^no Vulkan device here/],
])("%s", (message, what) => {
  const { what: said, remedy } = explainDeviceFailure(new Error(`ONNX Runtime: ${message}`), cuda);
  expect(said).toEqual(typeof what === "string" ? what : expect.stringMatching(what));
  expect(remedy).not.toBe("use the device cpu");
});

test("what is not known is passed on in its own words", () => {
  expect(explainDeviceFailure(new Error("ONNX Runtime: something else"), cuda)).toEqual({
    what: "ONNX Runtime: something else",
    remedy: "use the device cpu",
  });
});
