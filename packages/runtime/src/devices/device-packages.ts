import type { Device } from "@sdtt/engine";

/** Devices that packages of their own bring, and the package to install for each. */
export const devicePackages = { cuda: "@sdtt/cuda" } as const satisfies Partial<Record<Device, string>>;

export type PackagedDevice = keyof typeof devicePackages;
