import type { Probe } from "./probe.ts";

/** What Linux says of the NVIDIA driver, as far as it says it: some containers show the device files alone. */
export interface NvidiaDriver {
  /** The first part of its version, as in 580. */
  readonly major?: number;
  readonly version?: string;
  /** GPUs of the machine; a process may be given fewer. */
  readonly gpuCount?: number;
}

const versionFile = "/proc/driver/nvidia/version";
const gpusFolder = "/proc/driver/nvidia/gpus";
/** Of the driver, and of the one that Windows lends to its Linux subsystem. */
const deviceFiles = ["/dev/nvidiactl", "/dev/dxg"];
/** Where it is looked for. */
export const driverPlaces: readonly string[] = [versionFile, ...deviceFiles];

/** The driver that is loaded; undefined if none is. */
export async function findNvidiaDriver(probe: Probe): Promise<NvidiaDriver | undefined> {
  const text = await probe.read(versionFile);
  const version = text && /Kernel Module[^\d]*(\d+(?:\.\d+)+)/.exec(text)?.[1];
  const gpus = await probe.list(gpusFolder);
  const counted = gpus.length > 0 ? { gpuCount: gpus.length } : {};
  if (version) return { version, major: Number.parseInt(version, 10), ...counted };
  if (text !== undefined) return counted;
  const present = await Promise.all(deviceFiles.map((file) => probe.exists(file)));
  return present.includes(true) ? counted : undefined;
}

/** The first driver that a release of CUDA runs on, by its major version (CUDA's own table of compatibility). */
export const firstDriverFor: ReadonlyMap<number, number> = new Map([
  [11, 450],
  [12, 525],
  [13, 580],
]);
