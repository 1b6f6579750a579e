import { defaultClientConditions, defineConfig } from "vite";

export default defineConfig({
  // Relative: the page may lie behind a proxy, under a path of its own.
  base: "./",
  resolve: { conditions: ["@sdtt/source", ...defaultClientConditions] },
  build: {
    outDir: "dist/page",
    // The server's content-security policy allows files of its own alone: nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // While the page is worked on: `sdtt serve` beside it answers.
  server: { proxy: { "/v1": "http://127.0.0.1:8000" } },
});
