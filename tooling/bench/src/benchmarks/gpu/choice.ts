import { SdttError } from "@sdtt/core";
import { diagnose } from "@sdtt/runtime";
import type { BenchmarkOptions } from "../../benchmark.ts";
import { sizes } from "./sizes.ts";
import type { Size } from "./sizes.ts";

/** @throws SdttError `unavailable` if the device cannot be used, with what is missing; `usage` for an unknown size. */
export async function checkDevice(options: BenchmarkOptions): Promise<void> {
  chosenSizes(options);
  const { devices } = await diagnose();
  const { available, missing } = devices.find(({ name }) => name === options.device)!;
  if (available) return;
  const reasons = missing.map(({ what }) => what).join("; ");
  throw new SdttError(
    "unavailable",
    `This benchmark needs a GPU, and ${options.device} is not available here: ${reasons}. To see it work without: --device cpu --sizes trial.`,
  );
}

export function chosenSizes({ sizes: names }: Pick<BenchmarkOptions, "sizes">): Size[] {
  return names.map((name) => {
    const size = sizes.find((known) => known.name === name);
    if (size) return size;
    const known = sizes.map(({ name }) => name).join(", ");
    throw new SdttError("usage", `--sizes: there is no size "${name}"; choose of ${known}.`);
  });
}

/** Texts that are written at once, by those who do not say. */
export const gpuBatches: readonly number[] = [1, 8, 32];
