import type { Provider, Requirement } from "@sdtt/runtime/device";

type Explanation = readonly [words: RegExp, explain: (provider: Provider) => Requirement];

/** What ONNX Runtime and the driver say when a GPU cannot be opened, and what it means. The first that fits counts. */
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
      remedy:
        "install cuDNN 9 for the provider's CUDA: pip install nvidia-cudnn-cu13, or nvidia-cudnn-cu12 for CUDA 12",
    }),
  ],
  [
    /Failed to load (?:shared )?library/i,
    () => ({
      what: "the CUDA provider cannot be loaded; the loader's reason is on stderr",
      remedy: "sdtt doctor",
    }),
  ],
];

/** What an error at opening a GPU means, and what to do; undefined where that is not known. */
export function explainFailure(error: Error, provider: Provider): Requirement | undefined {
  return explanations.find(([words]) => words.test(error.message))?.[1](provider);
}
