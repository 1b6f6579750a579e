import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { libraryPath } from "../engines/c-api/library.ts";
import type { Requirement } from "./availability.ts";

/** Where to look; the defaults are this machine. */
export interface CudaPlaces {
  readonly platform?: string;
  /** Exists where an NVIDIA driver is loaded, in a container too. */
  readonly driver?: string;
  /** Holds ONNX Runtime's library, and its providers beside it. */
  readonly libraries?: string;
}

const providers = ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"];
const fetchProvider = "ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node";

/** What ONNX Runtime's CUDA provider lacks here, in the order in which to mend it. */
export async function missingForCuda({
  platform = `${process.platform}-${process.arch}`,
  driver = "/proc/driver/nvidia/version",
  libraries = dirname(libraryPath()),
}: CudaPlaces = {}): Promise<Requirement[]> {
  if (platform !== "linux-x64") {
    return [{ what: `no CUDA provider for ${platform}`, remedy: "use a linux-x64 machine" }];
  }
  return [...(await missingDriver(driver)), ...(await missingProvider(libraries))];
}

async function missingDriver(file: string): Promise<Requirement[]> {
  if (await exists(file)) return [];
  return [
    {
      what: `no NVIDIA driver: ${file} does not exist`,
      remedy: "install the GPU's driver, or start the container with --gpus all",
    },
  ];
}

async function missingProvider(folder: string): Promise<Requirement[]> {
  const paths = providers.map((name) => join(folder, name));
  const present = await Promise.all(paths.map(exists));
  if (present.includes(false)) {
    const absent = providers.filter((_, i) => !present[i]);
    return [{ what: `no CUDA provider: ${absent.join(" and ")} not in ${folder}`, remedy: fetchProvider }];
  }
  try {
    const unresolved = (await Promise.all(paths.map(unresolvedLibraries))).flat();
    if (unresolved.length === 0) return [];
    return [
      {
        what: `no CUDA libraries: the loader does not find ${unresolved.join(", ")}`,
        remedy: "install CUDA and cuDNN of these versions, or add their folder to LD_LIBRARY_PATH",
      },
    ];
  } catch (error) {
    const reason = (error as Error).message.trim();
    return [{ what: `a broken CUDA provider: ${reason}`, remedy: fetchProvider }];
  }
}

/** The shared libraries that a library needs and the loader does not find, by the loader's own word. */
async function unresolvedLibraries(library: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ldd", [library]);
  return stdout.split("\n").flatMap((line) => /^\s*(\S+) => not found/.exec(line)?.[1] ?? []);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
