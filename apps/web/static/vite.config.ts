import { join } from "node:path";
import { defaultClientConditions, defineConfig } from "vite";
import { pagePlugin } from "./page-plugin.ts";

const root = import.meta.dirname;

/** The page without a server: static files that any host can serve, from any folder. */
export default defineConfig({
  root,
  base: "./",
  resolve: { conditions: ["@sdtt/source", ...defaultClientConditions] },
  plugins: [pagePlugin(join(root, "public"))],
  worker: { format: "es" },
  build: {
    outDir: "../dist/static",
    emptyOutDir: true,
    target: "es2024",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: join(root, "index.html"), "service-worker": join(root, "service-worker.ts") },
      output: {
        entryFileNames: ({ name }) => (name === "service-worker" ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
  preview: {
    host: "127.0.0.1",
    port: 8080,
    headers: {
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    },
  },
});
