import { readdirSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** Packages import each other's sources: no build, and coverage that points at what was written. */
const conditions = ["@sdtt/source", "node", "import", "module", "default"];

const groups = ["packages", "apps", "tooling"].flatMap((group) =>
  readdirSync(new URL(group, import.meta.url)).map((name) => `${group}/${name}`),
);
const folders = [...groups, "examples"];

function packageName(folder: string): string {
  try {
    const manifest = readFileSync(new URL(`${folder}/package.json`, import.meta.url), "utf8");
    return (JSON.parse(manifest) as { name: string }).name;
  } catch {
    return folder;
  }
}

/** `pnpm test:slow` runs what takes minutes, in files of their own; `pnpm test` all else. */
const slow = "**/*.slow.test.ts";

export default defineConfig(({ mode }) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: folders.map((folder) => ({
      extends: true,
      test: {
        name: packageName(folder),
        root: folder,
        include: [mode === "slow" ? slow : "**/*.test.ts"],
        exclude: ["**/node_modules/**", "**/dist/**", "**/*.gpu.test.ts", ...(mode === "slow" ? [] : [slow])],
      },
    })),
    reporters: ["default", "./tooling/vitest/closing-line.ts"],
    testTimeout: 60_000,
    // Many tests wait for processes. Vitest would leave one processor free, which on two of them is half.
    maxWorkers: "100%",
    coverage: { provider: "v8", include: ["packages/*/src/**", "apps/*/src/**"] },
  },
}));
