import { defineConfig } from "vitest/config";

/** Apart from the other tests: these need the built site, and a browser that is already on the machine. */
export default defineConfig({
  test: {
    name: "site",
    root: import.meta.dirname,
    include: ["**/*.browser.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
