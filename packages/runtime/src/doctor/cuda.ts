import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { libraryPath } from "../engines/c-api/library.ts";
import type { Requirement } from "./availability.ts";

/** Where to look; the defaults are this machine. */
export interface CudaPlaces {
  /** Exists where an NVIDIA driver is loaded, in a container too. */
  readonly driver?: string;
  /** Holds ONNX Runtime's library, and its providers beside it. */
  readonly libraries?: string;
  /** The shared libraries that a library needs and the loader does not find. */
  readonly unresolved?: (library: string) => Promise<readonly string[]>;
}

const providers = ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"];

/** What ONNX Runtime's CUDA provider lacks here, in the order in which to mend it. */
export async function missingForCuda({
  driver = "/proc/driver/nvidia/version",
  libraries = dirname(libraryPath()),
  unresolved = unresolvedLibraries,
}: CudaPlaces = {}): Promise<Requirement[]> {
  const missing: Requirement[] = [];
  if (!(await exists(driver))) {
    missing.push({
      what: `no NVIDIA driver: ${driver} does not exist`,
      remedy: "install the driver of the GPU, or start the container with --gpus all",
    });
  }
  const absent: string[] = [];
  for (const name of providers) if (!(await exists(join(libraries, name)))) absent.push(name);
  if (absent.length > 0) {
    missing.push({
      what: `no CUDA provider: ${absent.join(" and ")} not in ${libraries}`,
      remedy: "ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node",
    });
    return missing;
  }
  const cudaLibraries = await unresolved(join(libraries, "libonnxruntime_providers_cuda.so"));
  if (cudaLibraries.length > 0) {
    missing.push({
      what: `no CUDA libraries: the loader does not find ${cudaLibraries.join(", ")}`,
      remedy: "install CUDA and cuDNN of the versions in these names, or add their folder to LD_LIBRARY_PATH",
    });
  }
  return missing;
}

async function unresolvedLibraries(library: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ldd", [library]);
  return stdout.split("\n").flatMap((line) => /^\s*(\S+) => not found/.exec(line)?.[1] ?? []);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
