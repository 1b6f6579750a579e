import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SdttError } from "@sdtt/core";
import type { Requirement } from "../doctor/availability.ts";
import { supportForm, type DeviceSupport, type GpuDevice } from "./support.ts";
import { devicePackages, type PackagedDevice } from "./device-packages.ts";
import { webgpu } from "./webgpu.ts";

/**
 * The support of a device by its name: WebGPU's is part of this package, that of others is what a package that the
 * application installs exports under that name. The package is looked for from here, from the program that was started,
 * and from the working directory.
 *
 * @returns what is missing if the package is not installed or does not go with this one.
 */
export async function findSupport(
  device: GpuDevice,
  importPackage: ImportPackage = (name) => importFromApplication(name),
): Promise<DeviceSupport | Requirement> {
  if (device === "webgpu") return webgpu;
  const name = devicePackages[device];
  let found: Awaited<ReturnType<ImportPackage>>;
  try {
    found = await importPackage(name);
  } catch (error) {
    return {
      what: `the package ${name} cannot be loaded: ${(error as Error).message}`,
      remedy: `npm i ${name}`,
    };
  }
  if (found === undefined) return notInstalled(name);
  return checkSupport(found[device], device) ?? otherForm(name);
}

/** The module of a package; undefined if it is not installed. */
export type ImportPackage = (name: string) => Promise<Readonly<Record<string, unknown>> | undefined>;

/** The devices that packages bring, in the order in which `auto` tries them. */
export const packagedDevices = Object.keys(devicePackages) as PackagedDevice[];

/** @throws SdttError `usage` for a support of another form, whoever hands it over. */
export function expectSupport(support: DeviceSupport): DeviceSupport {
  const checked = checkSupport(support, support.device);
  if (checked) return checked;
  throw new SdttError(
    "usage",
    `The support of the device ${support.device} is not of this release of @sdtt/runtime: install both in one version.`,
  );
}

function checkSupport(value: unknown, device: GpuDevice): DeviceSupport | undefined {
  const support = value as Partial<DeviceSupport> | undefined;
  return support?.form === supportForm && support.device === device ? (support as DeviceSupport) : undefined;
}

function notInstalled(name: string): Requirement {
  return { what: `the package ${name} is not installed`, remedy: `npm i ${name}` };
}

function otherForm(name: string): Requirement {
  return {
    what: `the package ${name} is of another release than @sdtt/runtime`,
    remedy: `npm i ${name}@latest @sdtt/runtime@latest`,
  };
}

/**
 * Imports a package from here, or from the first of `places` that can resolve it: files whose `node_modules` count.
 *
 * @returns undefined if it is not installed for any of them.
 */
export async function importFromApplication(
  name: string,
  places: readonly (string | undefined)[] = [process.argv[1], join(process.cwd(), "package.json")],
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return (await import(name)) as Record<string, unknown>;
  } catch (error) {
    if (!isNotFound(error, name)) throw error;
  }
  for (const place of places) {
    const path = place === undefined ? undefined : resolveFrom(place, name);
    if (path !== undefined) return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  }
  return undefined;
}

function resolveFrom(place: string, name: string): string | undefined {
  try {
    return createRequire(place).resolve(name);
  } catch {
    return undefined;
  }
}

/** Whether the package itself is absent, and not something that it imports. */
function isNotFound(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "ERR_MODULE_NOT_FOUND" && message.includes(name);
}
