import type { Provider } from "../engines/provider.ts";
import type { Requirement } from "./availability.ts";

type Explanation = readonly [words: RegExp, explain: (provider: Provider) => Requirement];

/** What ONNX Runtime and the drivers say when a device cannot be had, and what it means. The first that fits counts. */
const explanations: readonly Explanation[] = [
  [
    /CUDA failure 35\b|driver version is insufficient/i,
    () => ({
      what: "the NVIDIA driver is older than the CUDA provider",
      remedy: "update the driver: CUDA 12 needs 525 or newer, CUDA 13 needs 580",
    }),
  ],
  [
    /CUDA failure 101\b|invalid device ordinal/i,
    ({ deviceId }) => ({
      what: `there is no GPU ${deviceId}`,
      remedy: "choose one of those that nvidia-smi -L lists, counted from 0 within CUDA_VISIBLE_DEVICES",
    }),
  ],
  [
    /CUDA failure 100\b|no CUDA-capable device/i,
    () => ({
      what: "the driver shows this process no GPU",
      remedy: "look at nvidia-smi and CUDA_VISIBLE_DEVICES, or start the container with --gpus all",
    }),
  ],
  [
    /CUDA failure 209\b|no kernel image/i,
    () => ({
      what: "the GPU is of a generation that the CUDA provider has no kernels for",
      remedy: "use a GPU of compute capability 7.5 or newer",
    }),
  ],
  [
    /libcudnn|CUDNN_STATUS_NOT_INITIALIZED|CUDNN failure/i,
    () => ({
      what: "cuDNN 9 cannot be loaded",
      remedy: "install cuDNN 9 for the provider's CUDA and name its folder in LD_LIBRARY_PATH",
    }),
  ],
  [
    /Failed to load (?:shared )?library/i,
    () => ({
      what: "the CUDA provider cannot be loaded; the loader's reason is on stderr",
      remedy: "sdtt doctor",
    }),
  ],
  [
    /WebGPU adapter|No supported adapters|Couldn't load Vulkan/i,
    () => ({
      what: "no Vulkan device here has what WebGPU asks for (Mesa's software device before 23 has not)",
      remedy: "install a driver that has: vulkaninfo --summary lists the devices",
    }),
  ],
];

/** Why a device could not be opened, and what to do; the error's own words where they are not known. */
export function explainDeviceFailure(error: Error, provider: Provider): Requirement {
  const known = explanations.find(([words]) => words.test(error.message));
  if (known) return known[1](provider);
  return { what: error.message, remedy: "use the device cpu" };
}
