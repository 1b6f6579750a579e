/** Libraries of CUDA that are released together, and therefore taken from one folder. */
export interface LibraryGroup {
  /** Names up to `.so`. Later ones need earlier ones. */
  readonly stems: readonly string[];
  /** Files of the same folder that are loaded after them if they are there: what they would open by name later. */
  readonly companions?: RegExp;
}

/** In the order in which to load them. */
export const libraryGroups: readonly LibraryGroup[] = [
  { stems: ["libcudart"] },
  { stems: ["libnvJitLink"] },
  { stems: ["libnvrtc"], companions: /^libnvrtc-builtins\.so\.\d+\.\d+$/ },
  { stems: ["libcublasLt", "libcublas"] },
  { stems: ["libcurand"] },
  { stems: ["libcufft"] },
  { stems: ["libcudnn"], companions: /^libcudnn_\w+\.so\.\d+$/ },
];

/**
 * What the provider opens only when it computes: it is looked for beside what the provider is linked to. No program here has
 * a Fourier transform, and cuDNN compiles kernels for few operators only.
 */
export function openedLate(cudaMajor: number): { required: string[]; optional: string[] } {
  return {
    required: ["libcudnn.so.9"],
    optional: [`libnvrtc.so.${cudaMajor}`, `libcufft.so.${cudaMajor - 1}`],
  };
}
