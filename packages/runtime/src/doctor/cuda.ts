import { join } from "node:path";
import { librariesFolder, libraryName } from "../engines/c-api/library.ts";
import type { Requirement } from "./availability.ts";
import { coreVersion, providerVersion } from "./library-version.ts";
import { driverPlaces, findNvidiaDriver, firstDriverFor } from "./nvidia-driver.ts";
import type { NvidiaDriver } from "./nvidia-driver.ts";
import { machine } from "./probe.ts";
import type { Dependency, Probe } from "./probe.ts";

/** What is asked of CUDA, and where; the defaults are this machine. */
export interface CudaPlaces {
  readonly platform?: string;
  /** Holds ONNX Runtime's library, and its providers beside it. */
  readonly libraries?: string | undefined;
  /** The GPU that is wanted. */
  readonly deviceId?: number | undefined;
  readonly probe?: Probe;
}

const sharedProvider = "libonnxruntime_providers_shared.so";
const cudaProvider = "libonnxruntime_providers_cuda.so";

/** The two ways to the provider; which one serves depends on the release of CUDA that is installed. */
const fetchProvider =
  "ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node; for CUDA 13 see docs/gpu.md";
const installLibraries = (major: number) =>
  major === 13
    ? "pip install nvidia-cublas nvidia-curand nvidia-cuda-runtime nvidia-cuda-nvrtc nvidia-cudnn-cu13, and name their lib folders in LD_LIBRARY_PATH"
    : `install CUDA ${major} and its cuDNN, or name their folders in LD_LIBRARY_PATH`;

/** What ONNX Runtime's CUDA provider lacks here, in the order in which to mend it. */
export async function missingForCuda({
  platform = `${process.platform}-${process.arch}`,
  libraries = librariesFolder(),
  deviceId = 0,
  probe = machine,
}: CudaPlaces = {}): Promise<Requirement[]> {
  if (platform !== "linux-x64") {
    return [{ what: `no CUDA provider for ${platform}`, remedy: "use a linux-x64 machine" }];
  }
  const driver = await findNvidiaDriver(probe);
  return [
    ...(driver ? missingGpu(driver, deviceId) : [noDriver]),
    ...(await missingProvider(libraries, driver, probe)),
  ];
}

const noDriver: Requirement = {
  what: `no NVIDIA driver: none of ${driverPlaces.join(", ")} exists`,
  remedy: "install the GPU's driver, or start the container with --gpus all",
};

function missingGpu({ gpuCount }: NvidiaDriver, deviceId: number): Requirement[] {
  if (gpuCount === undefined || deviceId < gpuCount) return [];
  return [
    {
      what: `no GPU ${deviceId}: the driver has ${gpuCount}, counted from 0`,
      remedy: "choose one of those that nvidia-smi -L lists",
    },
  ];
}

async function missingProvider(
  folder: string,
  driver: NvidiaDriver | undefined,
  probe: Probe,
): Promise<Requirement[]> {
  const names = [sharedProvider, cudaProvider];
  const present = await Promise.all(names.map((name) => probe.exists(join(folder, name))));
  if (present.includes(false)) {
    const absent = names.filter((_, i) => !present[i]);
    return [{ what: `no CUDA provider: ${absent.join(" and ")} not in ${folder}`, remedy: fetchProvider }];
  }
  let dependencies: readonly Dependency[];
  try {
    dependencies = await probe.dependencies(join(folder, cudaProvider));
  } catch (error) {
    const reason = (error as Error).message.trim();
    return [{ what: `a broken CUDA provider: ${reason}`, remedy: fetchProvider }];
  }
  return [
    ...(await mismatch(folder, probe)),
    ...unresolved(dependencies, driver),
    ...outdated(dependencies, driver),
  ];
}

/** ONNX Runtime and its provider share structures in memory that no two releases lay out alike. */
async function mismatch(folder: string, probe: Probe): Promise<Requirement[]> {
  const [core, provider] = await Promise.all([
    coreVersion(join(folder, libraryName()), probe),
    providerVersion(join(folder, cudaProvider), probe),
  ]);
  if (core === provider || core === undefined || provider === undefined) return [];
  return [
    {
      what: `two versions of ONNX Runtime: the library in ${folder} is ${core}, the CUDA provider beside it ${provider}`,
      remedy: `put the provider of ${core} there, or name a folder with both of one version in SDTT_ONNXRUNTIME`,
    },
  ];
}

function unresolved(dependencies: readonly Dependency[], driver: NvidiaDriver | undefined): Requirement[] {
  const absent = dependencies.filter(({ found }) => !found).map(({ name }) => name);
  const toolkit = absent.filter((name) => name !== driverLibrary);
  const missing: Requirement[] = [];
  // Without a driver its library is absent as well, which has been said.
  if (driver && toolkit.length < absent.length) {
    missing.push({
      what: `the driver's ${driverLibrary} is not found by the loader`,
      remedy: "reinstall the driver, or start the container with --gpus all",
    });
  }
  if (toolkit.length > 0) {
    const what = `no CUDA libraries: the loader does not find ${toolkit.join(", ")}`;
    missing.push({ what, remedy: installLibraries(cudaMajor(dependencies) ?? 12) });
  }
  return missing;
}

function outdated(dependencies: readonly Dependency[], driver: NvidiaDriver | undefined): Requirement[] {
  const major = cudaMajor(dependencies);
  const least = major === undefined ? undefined : firstDriverFor.get(major);
  if (least === undefined || driver?.major === undefined || driver.major >= least) return [];
  return [
    {
      what: `the driver ${driver.version} is older than the provider, which is for CUDA ${major}: that needs ${least} or newer`,
      remedy: `update the driver, or use a provider for an older CUDA: ${fetchProvider}`,
    },
  ];
}

const driverLibrary = "libcuda.so.1";

/** The release of CUDA that a provider was built for, which is in the names of the libraries that it needs. */
function cudaMajor(dependencies: readonly Dependency[]): number | undefined {
  const name = dependencies.find((dependency) => dependency.name.startsWith("libcudart.so."))?.name;
  return name === undefined ? undefined : Number.parseInt(name.slice("libcudart.so.".length), 10);
}
