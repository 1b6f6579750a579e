import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onnxRuntimeVersion } from "@sdtt/cuda";

/** The workspace. */
export const root: string = fileURLToPath(new URL("../../..", import.meta.url));

/** Where the CUDA runtime lies unless it is told another place; the launchers and the GPU tests look there. */
export const runtimeFolder: string = join(root, ".gpu", `onnxruntime-${onnxRuntimeVersion}`);
