import { isSdttError, SdttError } from "@sdtt/core";
import type { Device, Engine } from "@sdtt/engine";
import { openCApi } from "../engines/c-api/backend.ts";
import type { CApiOptions } from "../engines/c-api/backend.ts";
import type { Provider } from "../engines/provider.ts";
import { providerOf } from "../engines/provider.ts";
import { availability, describeMissing, type Availability, type Requirement } from "./availability.ts";
import { missingForCuda } from "./cuda.ts";
import { explainDeviceFailure } from "./device-failure.ts";
import { missingForWebgpu } from "./webgpu.ts";

type GpuEngineOptions = Omit<CApiOptions, "residents"> & { readonly provider: Provider };

/** Whether a device can be used: what it needs is looked for and, if all is there, it is tried. */
export async function inspectDevice(
  device: Device,
  options: Omit<CApiOptions, "residents">,
): Promise<Availability<Device>> {
  const provider = options.provider ?? providerOf(device);
  if (!provider) return availability(device, []);
  const found = await openOrExplain({ ...options, provider });
  if ("missing" in found) return availability(device, found.missing);
  await found.engine[Symbol.asyncDispose]();
  return availability(device, []);
}

/** @throws SdttError `unavailable` with everything that is missing: asking for a device and getting another is no answer. */
export async function openGpuEngine(options: GpuEngineOptions): Promise<Engine> {
  const found = await openOrExplain(options);
  if ("engine" in found) return found.engine;
  const { device } = options.provider;
  throw new SdttError(
    "unavailable",
    `The device ${device} is not available: ${describeMissing(found.missing)}.`,
    found.cause ? { cause: found.cause } : {},
  );
}

type Found =
  | { readonly engine: Engine }
  | { readonly missing: readonly Requirement[]; readonly cause?: Error };

async function openOrExplain(options: GpuEngineOptions): Promise<Found> {
  const missing = await missingFor(options);
  if (missing.length > 0) return { missing };
  try {
    return { engine: await openCApi(options) };
  } catch (error) {
    if (!isSdttError(error)) throw error;
    return { missing: [explainDeviceFailure(error, options.provider)], cause: error };
  }
}

function missingFor({ provider, libraries }: GpuEngineOptions): Promise<Requirement[]> {
  switch (provider.device) {
    case "cuda":
      return missingForCuda({ libraries, deviceId: provider.deviceId });
    case "webgpu":
      return missingForWebgpu();
  }
}
