/** Devices that packages of their own bring, and the package to install for each. */
export const devicePackages = { cuda: "@sdtt/cuda" } as const;

export type PackagedDevice = keyof typeof devicePackages;
