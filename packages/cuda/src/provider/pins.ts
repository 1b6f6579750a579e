/** A package of the npm registry, and which of its files are wanted. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** As the registry and its clients write it: sha512 of the tarball, base64. */
  readonly integrity: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];
}

/** The release of ONNX Runtime that all of these belong to; a provider works with its own release only. */
export const onnxRuntimeVersion = "1.29.0";

/**
 * ONNX Runtime with its CUDA provider for CUDA 13, out of two packages: the library as onnxruntime-node has it, and the
 * provider as a plug-in for Unity carries it, which is the only one on the npm registry.
 */
export const cudaRuntime: readonly PinnedPackage[] = [
  {
    name: "onnxruntime-node",
    version: onnxRuntimeVersion,
    integrity:
      "sha512-WjiVVB72riILz8HbYvxvmjKyE/WmkYoSfKY++axo5jAR609HQg8MwiG/HhShpTcJfmmAdzxxmB+MMST3A+SiPA==",
    files: ["package/bin/napi-v6/linux/x64/libonnxruntime.so.1"],
  },
  {
    name: "com.github.asus4.onnxruntime.linux-x64-gpu",
    version: "0.4.9",
    integrity:
      "sha512-FopIhNE/Ng+v2X65wVc9clPCBCvhvA53Hxo2U0Kf5fGdVsC7iCA+mZ0KLWggcQAj7TIZ6pNidR4AC10g74Xo6w==",
    files: [
      "package/Plugins/Linux/x64/libonnxruntime_providers_cuda.so",
      "package/Plugins/Linux/x64/libonnxruntime_providers_shared.so",
    ],
  },
];
