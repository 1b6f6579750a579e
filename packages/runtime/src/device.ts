/** What a package needs that brings a device: `@sdtt/runtime/device`. */
export type { Requirement } from "./doctor/availability.ts";
export type {
  DevicePlace,
  DeviceReport,
  DeviceSupport,
  GpuOptions,
  Preload,
  Provider,
  Registration,
} from "./devices/support.ts";
export type { DeviceTraits, NativeFailures } from "@sdtt/engine";
