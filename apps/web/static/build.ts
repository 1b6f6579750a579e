import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import config from "./vite.config.ts";

const root = join(import.meta.dirname, "../../..");
const folder = join(import.meta.dirname, "../dist/static");

/** Builds the page without a server, unless it is younger than all that it is made of; gives the folder of its files. */
export async function buildStaticPage({
  onBuild = () => {},
}: { onBuild?: () => void } = {}): Promise<string> {
  if (builtAt() > youngestSource()) return folder;
  onBuild();
  // Not by its file: Vite would resolve the packages that it imports by what they build, of which a new checkout has nothing.
  await build({ ...config, configFile: false, logLevel: "error" });
  return folder;
}

function builtAt(): number {
  return statSync(join(folder, "service-worker.js"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function youngestSource(): number {
  const sources = globSync(
    ["apps/web/{src,static}/**/*", "apps/web/package.json", "packages/*/{src,models}/**/*"],
    {
      cwd: root,
    },
  );
  return Math.max(...sources.map((source) => statSync(join(root, source)).mtimeMs));
}
