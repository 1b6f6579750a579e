export { cuda } from "./cuda.ts";
export { installProvider } from "./provider/install-provider.ts";
export type { InstallOptions } from "./provider/install-provider.ts";
export { onnxRuntimeVersion } from "./provider/pins.ts";
export { providerFolder } from "./provider/provider-folder.ts";
