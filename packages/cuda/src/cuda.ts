import type { DeviceSupport } from "@sdtt/runtime/device";
import { explainFailure } from "./doctor/failure.ts";
import { inspectCuda } from "./doctor/inspect.ts";
import { providerOf } from "./provider-options.ts";
import { installedProvider } from "./provider/provider-folder.ts";

/**
 * Computing on NVIDIA GPUs: `createEngine({ device: "cuda" })` finds it if this package is installed beside @sdtt/runtime;
 * `createEngine({ device: cuda })` takes it as it is.
 */
export const cuda: DeviceSupport = {
  device: "cuda",
  form: 1,
  provider: providerOf,
  libraries: () => installedProvider(),
  inspect: (place) => inspectCuda(place),
  explain: explainFailure,
};
