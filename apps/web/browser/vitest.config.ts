import { defineConfig } from "vitest/config";

const conditions = ["@sdtt/source", "node", "import", "module", "default"];

/** Apart from the other tests: these need a browser that is already on the machine. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: "browser",
    root: import.meta.dirname,
    include: ["**/*.browser.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
