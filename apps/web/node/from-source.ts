import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OpenPage } from "./open-page.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const folder = join(root, "dist", "page");

/** In a checkout: rebuilt whenever a source is younger. */
export const openPage: OpenPage = async ({ onBuild } = {}) => {
  if (builtAt() < youngestSource()) {
    onBuild?.();
    // Only here: who serves a page that is built already should not wait for a bundler to load.
    const { build } = await import("vite");
    await build({ root, logLevel: "error" });
  }
  return folder;
};

export type { OpenPage, OpenPageOptions } from "./open-page.ts";

function builtAt(): number {
  return statSync(join(folder, "index.html"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function youngestSource(): number {
  const sources = globSync(["index.html", "package.json", "vite.config.ts", "{src,public}/**/*"], {
    cwd: root,
  });
  return Math.max(...sources.map((source) => statSync(join(root, source)).mtimeMs));
}
