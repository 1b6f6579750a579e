import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { onnxRuntimeVersion } from "./packages/cuda/src/provider/pins.ts";
import shared from "./vitest.config.ts";

/** Found as an application has it beside the packages; none of them depends on it. */
const cuda = fileURLToPath(new URL("packages/cuda/src/index.ts", import.meta.url));
const runtimeFolder = fileURLToPath(new URL(`.gpu/onnxruntime-${onnxRuntimeVersion}`, import.meta.url));

/**
 * The tests that need a GPU: `pnpm test:gpu`. They compute on what `SDTT_ONNXRUNTIME` names, else on the CUDA runtime that
 * `pnpm gpu provider` fetched; where there is no device they are skipped and say what is missing.
 */
export default defineConfig((environment) => {
  const { test, ...common } = shared(environment);
  return {
    ...common,
    resolve: { ...common.resolve, alias: { "@sdtt/cuda": cuda } },
    test: {
      ...test,
      projects: [
        {
          extends: true,
          test: {
            name: "gpu",
            include: ["packages/*/src/**/*.gpu.test.ts"],
            exclude: ["**/node_modules/**"],
            env:
              existsSync(runtimeFolder) && !process.env["SDTT_ONNXRUNTIME"]
                ? { SDTT_ONNXRUNTIME: runtimeFolder }
                : {},
            // One process at a time has the GPU.
            fileParallelism: false,
            testTimeout: 600_000,
          },
        },
      ],
    },
  };
});
