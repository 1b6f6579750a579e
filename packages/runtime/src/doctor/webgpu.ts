import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Requirement } from "./availability.ts";

/** What is asked of the file system; tests answer for machines that are not at hand. */
interface DriverProbe {
  exists(path: string): Promise<boolean>;
  /** Names in a folder; none if it does not exist. */
  list(folder: string): Promise<readonly string[]>;
}

export interface WebgpuPlaces {
  readonly platform?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly probe?: DriverProbe;
}

/** Where the Vulkan loader looks for drivers, unless an environment variable names them. */
const driverFolders = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"];
const driverVariables = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES", "VK_ADD_DRIVER_FILES"];

const machine: DriverProbe = {
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  list: (folder) => readdir(folder).catch(() => []),
};

/**
 * What WebGPU lacks here before a device is asked for: on Linux it needs a Vulkan driver; Windows and macOS bring their
 * own graphics.
 */
export async function missingForWebgpu({
  platform = `${process.platform}-${process.arch}`,
  environment = process.env,
  probe = machine,
}: WebgpuPlaces = {}): Promise<Requirement[]> {
  if (!platform.startsWith("linux")) return [];
  const named = driverVariables.flatMap((name) => environment[name]?.split(":") ?? []);
  const inFolders = await Promise.all(
    driverFolders.map(async (folder) => (await probe.list(folder)).map((name) => join(folder, name))),
  );
  const drivers = [...named, ...inFolders.flat()].filter((path) => path.endsWith(".json"));
  const present = await Promise.all(drivers.map((path) => probe.exists(path)));
  if (present.includes(true)) return [];
  return [
    {
      what: `no Vulkan driver: none in ${driverFolders.join(", ")}`,
      remedy:
        "install the GPU's Vulkan driver and the loader: apt-get install libvulkan1 mesa-vulkan-drivers",
    },
  ];
}
