import { SdttError } from "@sdtt/core";
import type { Device } from "../engine.ts";
import { availability, describeMissing, type Availability, type Requirement } from "./availability.ts";
import { missingForCuda } from "./cuda.ts";

/** The engines of this version have no memory, and no provider, but the CPU's. */
const noEngine: Requirement = {
  what: "no engine of this version computes there",
  remedy: "use the device cpu",
};

export async function inspectDevice(device: Device): Promise<Availability<Device>> {
  switch (device) {
    case "cpu":
      return availability(device, []);
    case "cuda":
      return availability(device, [noEngine, ...(await missingForCuda())]);
    case "webgpu":
      return availability(device, [noEngine]);
  }
}

/** @throws SdttError `unavailable` with everything that is missing: asking for a device and getting another is no answer. */
export async function requireDevice(device: Device): Promise<void> {
  const { available, missing } = await inspectDevice(device);
  if (!available) {
    throw new SdttError("unavailable", `The device ${device} is not available: ${describeMissing(missing)}.`);
  }
}
