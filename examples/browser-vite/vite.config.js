import { defineConfig } from "vite";

const isolated = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

// The folder public/model is @sdtt/tiny/models/student of node_modules.
export default defineConfig({
  base: "./",
  // The worker loads ONNX Runtime when it is needed, which the usual format cannot.
  worker: { format: "es" },
  // These headers give the model threads; a host that cannot send them gives it one.
  server: { headers: isolated },
  preview: { headers: isolated },
  // It finds its WebAssembly by its own address.
  optimizeDeps: { exclude: ["onnxruntime-web"] },
});
