import { isSdttError, SdttError } from "@sdtt/core";
import {
  availability,
  describeMissing,
  type Availability,
  type Requirement,
} from "../doctor/availability.ts";
import type { Engine } from "@sdtt/engine";
import { openCApi } from "../engines/c-api/backend.ts";
import { librariesFolder, libraryName } from "../engines/c-api/library.ts";
import { expectSupport, findSupport } from "./find-support.ts";
import type { DeviceSupport, GpuDevice, GpuOptions } from "./support.ts";

export interface DeviceOptions {
  /** A device by name, or its support, which is then not looked for. */
  readonly device: GpuDevice | DeviceSupport;
  readonly gpu?: GpuOptions | undefined;
  readonly threads: number;
  /** The folder of ONNX Runtime's library; where the support says, else onnxruntime-node's own, if absent. */
  readonly libraries?: string | undefined;
}

/** An engine on a device, or everything that is in the way. */
export type Opened =
  | { readonly engine: Engine }
  | { readonly missing: readonly Requirement[]; readonly cause?: Error };

/** Looks for what a device needs and, if all is there, tries it. */
export async function tryDevice({ device, gpu, threads, libraries }: DeviceOptions): Promise<Opened> {
  const support = typeof device === "string" ? await findSupport(device) : expectSupport(device);
  if ("what" in support) return { missing: [support] };
  const provider = support.provider(gpu);
  const folder = libraries ?? (await support.libraries?.()) ?? librariesFolder();
  const place = { folder, libraryName: libraryName(), deviceId: provider.deviceId };
  const { missing, preload } = await support.inspect(place);
  if (missing.length > 0) return { missing };
  try {
    return { engine: await openCApi({ threads, libraries: folder, provider, preload }) };
  } catch (error) {
    if (!isSdttError(error)) throw error;
    const known = support.explain(error, provider);
    return { missing: [known ?? { what: error.message, remedy: "use the device cpu" }], cause: error };
  }
}

/** @throws SdttError `unavailable` with everything that is missing: no other device takes its place. */
export async function openDevice(options: DeviceOptions): Promise<Engine> {
  const opened = await tryDevice(options);
  if ("engine" in opened) return opened.engine;
  const { device } = options;
  const name = typeof device === "string" ? device : device.device;
  throw new SdttError(
    "unavailable",
    `The device ${name} is not available: ${describeMissing(opened.missing)}.`,
    opened.cause ? { cause: opened.cause } : {},
  );
}

/** Whether a device can be used, for the doctor. */
export async function inspectDevice(
  options: DeviceOptions & { readonly device: GpuDevice },
): Promise<Availability<GpuDevice>> {
  const opened = await tryDevice(options);
  if ("missing" in opened) return availability(options.device, opened.missing);
  await opened.engine[Symbol.asyncDispose]();
  return availability(options.device, []);
}
