import { describe } from "vitest";

/** What a diagnosis says of a device. */
interface DeviceState {
  readonly name: string;
  readonly available: boolean;
  readonly missing: readonly { readonly what: string }[];
}

/**
 * The device that the tests of GPUs compute on: `cuda`, unless SDTT_TEST_DEVICE names another. With `cpu`, the tests
 * themselves are tried on a machine without a GPU.
 */
export const testDevice = (process.env["SDTT_TEST_DEVICE"] ?? "cuda") as "cpu" | "cuda";

/**
 * Tests that need a device: skipped where it is not available, under a title that says what is missing. A device that
 * SDTT_TEST_DEVICE names is required: there the file fails, whichever of its tests were asked for.
 */
export function describeOn(devices: readonly DeviceState[], name: string, body: () => void): void {
  const { available, missing } = devices.find((device) => device.name === name)!;
  const reason = missing.map(({ what }) => what).join("; ");
  const title = available ? `on ${name}` : `on ${name}, which is not available: ${reason}`;
  if (!available && process.env["SDTT_TEST_DEVICE"] === name) throw new Error(title);
  describe.skipIf(!available)(title, () => {
    body();
  });
}
