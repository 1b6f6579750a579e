import { findChromium } from "@sdtt/testing/find-chromium";
import { playwright } from "@vitest/browser-playwright";
import { defaultClientConditions } from "vite";
import { defineConfig } from "vitest/config";
import { logProbsInNode, writeInNode } from "./commands.ts";

const executablePath = findChromium();

const kinds: Readonly<Record<string, string>> = { slow: "slow.", webgpu: "webgpu." };
/** SwiftShader, Chromium's WebGPU device in software: it shows what computes, not how fast. */
const swiftShader = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
];

/**
 * Test files that run in a browser that is already on the machine, in a page that is cross-origin isolated. Those that take minutes
 * run in a mode of their own: `--mode slow`, and `--mode webgpu` on SwiftShader.
 */
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  resolve: { conditions: ["@sdtt/source", ...defaultClientConditions] },
  server: {
    headers: {
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    },
    fs: { strict: false },
  },
  optimizeDeps: {
    // Else Vite would find them while tests run, and load the page again.
    include: [
      "zod",
      "@sdtt/engine > onnx-proto",
      "@sdtt/checkpoint > fastest-levenshtein",
      "@sdtt/tokenizer > oniguruma-parser",
    ],
    exclude: ["onnxruntime-web"],
  },
  worker: { format: "es" },
  test: {
    name: "browser",
    include: [`**/*.${kinds[mode] ?? ""}browser.ts`],
    exclude: mode in kinds ? [] : ["**/*.slow.browser.ts", "**/*.webgpu.browser.ts"],
    testTimeout: mode === "webgpu" ? 600_000 : 120_000,
    hookTimeout: mode === "webgpu" ? 600_000 : 120_000,
    passWithNoTests: true,
    browser: {
      enabled: executablePath !== undefined,
      headless: true,
      // A busy machine takes a while to start a browser.
      connectTimeout: 300_000,
      commands: { logProbsInNode, writeInNode },
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          ...(executablePath ? { executablePath } : {}),
          args: ["--no-sandbox", ...(mode === "webgpu" ? swiftShader : ["--disable-gpu"])],
        },
      }),
      instances: [{ browser: "chromium" }],
    },
  },
}));
