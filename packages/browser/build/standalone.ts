// Bundles the package for pages without a bundler, into a folder: one module, and beside it the worker and ONNX Runtime.
import { join } from "node:path";
import { build } from "vite";

const root = join(import.meta.dirname, "..");
const [outDir = join(root, "dist/standalone")] = process.argv.slice(2);

await build({
  configFile: false,
  root,
  base: "./",
  logLevel: "error",
  resolve: { conditions: ["@sdtt/source", "module", "browser", "production"] },
  worker: { format: "es" },
  build: {
    outDir,
    emptyOutDir: true,
    target: "es2024",
    assetsInlineLimit: 0,
    copyPublicDir: false,
    modulePreload: false,
    rolldownOptions: {
      input: { sdtt: join(root, "src/index.ts") },
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "[name].js" },
    },
  },
});
