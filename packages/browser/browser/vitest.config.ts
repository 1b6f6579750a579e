import { findChromium } from "@sdtt/testing/find-chromium";
import { playwright } from "@vitest/browser-playwright";
import { defaultClientConditions } from "vite";
import { defineConfig } from "vitest/config";
import { writeInNode } from "./commands.ts";

const executablePath = findChromium();

/** Test files that run in a browser that is already on the machine, in a page that is cross-origin isolated. */
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
    include: [mode === "slow" ? "**/*.slow.browser.ts" : "**/*.browser.ts"],
    exclude: mode === "slow" ? [] : ["**/*.slow.browser.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    passWithNoTests: true,
    browser: {
      enabled: executablePath !== undefined,
      headless: true,
      // A busy machine takes a while to start a browser.
      connectTimeout: 300_000,
      commands: { writeInNode },
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          ...(executablePath ? { executablePath } : {}),
          args: ["--no-sandbox", "--disable-gpu"],
        },
      }),
      instances: [{ browser: "chromium" }],
    },
  },
}));
