import { join } from "node:path";
import type { DevicePlace, DeviceReport, Preload, Requirement } from "@sdtt/runtime/device";
import { findLibraryFolders, searchedPlaces, type Environment } from "../libraries/folders.ts";
import { openedLate } from "../libraries/groups.ts";
import { planLibraries } from "../libraries/plan.ts";
import { coreVersion, providerVersion } from "./library-version.ts";
import { driverPlaces, findNvidiaDriver, firstDriverFor } from "./nvidia-driver.ts";
import type { NvidiaDriver } from "./nvidia-driver.ts";
import { machine } from "./probe.ts";
import type { Dependency, Probe } from "./probe.ts";

/** What is asked, and of which machine; this one if absent. */
export interface CudaPlace extends DevicePlace {
  readonly platform?: string;
  readonly environment?: Environment;
  readonly probe?: Probe;
}

const sharedProvider = "libonnxruntime_providers_shared.so";
const cudaProvider = "libonnxruntime_providers_cuda.so";

const fetchProvider = "npx sdtt-cuda install";
const olderCuda = "ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node";

const wheels = ["cublas", "curand", "cufft", "cuda-runtime", "cuda-nvrtc"];
const installLibraries = (major: number) => {
  const ending = major < 13 ? `-cu${major}` : "";
  return `pip install ${wheels.map((name) => `nvidia-${name}${ending}`).join(" ")} nvidia-cudnn-cu${major}`;
};

/**
 * What ONNX Runtime's CUDA provider lacks here, in the order in which to fix it, and which of CUDA's libraries to load
 * before it. Reads files and asks the loader, and loads nothing: a provider of another release would end the process.
 */
export async function inspectCuda({
  folder,
  libraryName,
  deviceId,
  platform = `${process.platform}-${process.arch}`,
  environment = process.env,
  probe = machine,
}: CudaPlace): Promise<DeviceReport> {
  if (platform !== "linux-x64") {
    const what = `no CUDA provider for ${platform}`;
    return { missing: [{ what, remedy: "use a linux-x64 machine" }], preload: [] };
  }
  const driver = await findNvidiaDriver(probe);
  const provider = await inspectProvider({ folder, libraryName, driver, environment, probe });
  return {
    missing: [...(driver ? missingGpu(driver, deviceId) : [noDriver]), ...provider.missing],
    preload: provider.preload,
  };
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

interface ProviderPlace extends Pick<DevicePlace, "folder" | "libraryName"> {
  readonly driver: NvidiaDriver | undefined;
  readonly environment: Environment;
  readonly probe: Probe;
}

async function inspectProvider(place: ProviderPlace): Promise<DeviceReport> {
  const { folder, driver, environment, probe } = place;
  const names = [sharedProvider, cudaProvider];
  const present = await Promise.all(names.map((name) => probe.exists(join(folder, name))));
  if (present.includes(false)) {
    const absent = names.filter((_, i) => !present[i]);
    return lacking({
      what: `no CUDA provider: ${absent.join(" and ")} not in ${folder}`,
      remedy: fetchProvider,
    });
  }
  let dependencies: readonly Dependency[];
  try {
    dependencies = await probe.dependencies(join(folder, cudaProvider));
  } catch (error) {
    const reason = (error as Error).message.trim();
    return lacking({ what: `a broken CUDA provider: ${reason}`, remedy: fetchProvider });
  }
  const libraries = await findLibraries(dependencies, probe, environment);
  return {
    missing: [
      ...(await mismatch(place)),
      ...missingDriverLibrary(dependencies, driver),
      ...libraries.missing,
      ...outdated(dependencies, driver),
    ],
    preload: libraries.preload,
  };
}

const lacking = (requirement: Requirement): DeviceReport => ({ missing: [requirement], preload: [] });

/** ONNX Runtime and its provider share structures in memory that no two releases lay out alike. */
async function mismatch({ folder, libraryName, probe }: ProviderPlace): Promise<Requirement[]> {
  const [core, provider] = await Promise.all([
    coreVersion(join(folder, libraryName), probe),
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

/** Without a driver its library is absent as well, which has been said. */
function missingDriverLibrary(
  dependencies: readonly Dependency[],
  driver: NvidiaDriver | undefined,
): Requirement[] {
  const isAbsent = dependencies.some(({ name, found }) => name === driverLibrary && !found);
  if (!driver || !isAbsent) return [];
  return [
    {
      what: `the driver's ${driverLibrary} is not found by the loader`,
      remedy: "reinstall the driver, or start the container with --gpus all",
    },
  ];
}

/** What the loader does not find by itself is looked for where people have it. */
async function findLibraries(
  dependencies: readonly Dependency[],
  probe: Probe,
  environment: Environment,
): Promise<{ missing: Requirement[]; preload: readonly Preload[] }> {
  const major = cudaMajor(dependencies) ?? 12;
  const late = openedLate(major);
  const isLinked = new Set(dependencies.map(({ name }) => name));
  const absent = dependencies.filter(({ name, found }) => !found && name !== driverLibrary);
  const [ofCuda, ofSystem] = [absent.filter(isOfCuda), absent.filter((library) => !isOfCuda(library))];
  const missing: Requirement[] = [];
  if (ofSystem.length > 0) {
    const names = ofSystem.map(({ name }) => name).join(", ");
    missing.push({
      what: `the loader does not find ${names}, which CUDA's provider needs of the system`,
      remedy: "install the C and C++ libraries: apt-get install libc6 libstdc++6",
    });
  }
  const plan = planLibraries({
    needed: [...ofCuda.map(({ name }) => name), ...late.required.filter((name) => !isLinked.has(name))],
    optional: late.optional.filter((name) => !isLinked.has(name)),
    folders: await findLibraryFolders(probe, environment),
  });
  if (plan.absent.length > 0) {
    const what = `no CUDA libraries: ${plan.absent.join(", ")} not found in ${searchedPlaces}`;
    missing.push({ what, remedy: installLibraries(major) });
  }
  return { missing, preload: plan.preload };
}

const isOfCuda = ({ name }: Dependency) => /^lib(?:cu|nv|nccl)/.test(name);

function outdated(dependencies: readonly Dependency[], driver: NvidiaDriver | undefined): Requirement[] {
  const major = cudaMajor(dependencies);
  const least = major === undefined ? undefined : firstDriverFor.get(major);
  if (least === undefined || driver?.major === undefined || driver.major >= least) return [];
  return [
    {
      what: `the driver ${driver.version} is older than the provider, which is for CUDA ${major}: that needs ${least} or newer`,
      remedy: `update the driver, or use a provider for CUDA 12: ${olderCuda}`,
    },
  ];
}

const driverLibrary = "libcuda.so.1";

/** The release of CUDA that a provider was built for, which is in the names of the libraries that it needs. */
function cudaMajor(dependencies: readonly Dependency[]): number | undefined {
  const name = dependencies.find((dependency) => dependency.name.startsWith("libcudart.so."))?.name;
  return name === undefined ? undefined : Number.parseInt(name.slice("libcudart.so.".length), 10);
}
