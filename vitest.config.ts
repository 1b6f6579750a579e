import { defineConfig } from "vitest/config";

const conditions = ["@sdtt/source", "node", "import", "module", "default"];

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "tooling/testing"].map((root) => root),
    reporters: ["default", "./tooling/vitest/closing-line.ts"],
    testTimeout: 60_000,
    coverage: { provider: "v8", include: ["packages/*/src/**", "apps/*/src/**"] },
  },
  resolve: { conditions },
  ssr: { resolve: { conditions } },
});
