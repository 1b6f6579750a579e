import { readdir, readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, join, relative } from "node:path";
import type { Manifest } from "./public-packages.ts";

/**
 * What is wrong with a package as it was installed, each in one line: files that its manifest or its modules name and its tarball
 * lacks, and packages that its modules or types use and it does not declare.
 */
export async function packageFaults(folder: string): Promise<string[]> {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
  const files = new Set<string>((await listFiles(folder)).toSorted());
  const faults = new Set<string>();
  for (const target of manifestTargets(manifest)) {
    // The sources are for this repository alone: nobody else asks under that condition.
    if (!isPresent(target, files)) faults.add(`${target} is missing from the tarball; package.json names it`);
  }
  const declared = new Set(
    [manifest.dependencies, manifest.peerDependencies, manifest.optionalDependencies].flatMap((list) =>
      Object.keys(list ?? {}),
    ),
  );
  const modules = [...files].filter(
    (file) => file.startsWith("dist/") && /(?<!\.map)\.(?:js|d\.ts)$/.test(file),
  );
  for (const module of modules.filter((file) => !isForBrowsers(file))) {
    for (const specifier of specifiersOf(await readFile(join(folder, module), "utf8"))) {
      if (specifier.startsWith(".")) {
        const file = join(dirname(module), builtNameOf(specifier, module)).replaceAll("\\", "/");
        // A folder counts as there if anything in it is.
        const isThere =
          files.has(file) || [...files].some((other) => other.startsWith(file.replace(/\/?$/, "/")));
        if (!isThere) faults.add(`${file} is missing from the tarball; ${module} uses it`);
      } else if (!isBuiltin(specifier)) {
        const name = packageOf(specifier);
        if (name !== manifest.name && !declared.has(name)) {
          faults.add(`uses ${name} and does not declare it (${module})`);
        }
      }
    }
  }
  return [...faults];
}

/**
 * What a source is called once it is built: `./a.ts` of a declaration is `./a.d.ts` beside it. A module names `./a.ts` where it would
 * start a thread from sources, and `./a.js` for what is published.
 */
function builtNameOf(specifier: string, module: string): string {
  return specifier.replace(/(?<!\.d)\.ts$/, module.endsWith(".d.ts") ? ".d.ts" : ".js");
}

/** Whether a file that a manifest names is there; any one for a pattern such as `dist/standalone/*`. */
function isPresent(target: string, files: ReadonlySet<string>): boolean {
  const [start = "", end] = target.split("*");
  if (end === undefined) return files.has(target);
  return [...files].some((file) => file.startsWith(start) && file.endsWith(end));
}

/** A page's scripts are bundled: what they name are addresses, not packages. */
function isForBrowsers(file: string): boolean {
  return file.startsWith("dist/page/");
}

/** The files that users of a package are sent to. */
function manifestTargets({ exports = {}, bin = {} }: Manifest): string[] {
  const targets = Object.values(exports).flatMap((entry) =>
    typeof entry === "string" ? [entry] : Object.values(entry as Record<string, string>),
  );
  return [...targets, ...Object.values(bin)]
    .filter((target) => !target.endsWith(".ts") || target.endsWith(".d.ts"))
    .map((target) => target.replace(/^\.\//, ""));
}

const specifierPatterns = [
  /^(?:import|export)\b[^;"']*?\bfrom\s*["'](?<specifier>[^"']+)["']/gm,
  /^import\s*["'](?<specifier>[^"']+)["']/gm,
  /\bimport\(\s*["'](?<specifier>[^"']+)["']/g,
  /\brequire(?:\([^)]*\))?(?:\.resolve)?\(\s*["'](?<specifier>[^"']+)["']/g,
  /\.resolve\(\s*["'](?<specifier>(?![./])[^"']+\/package\.json)["']/g,
  /\bnew URL\(\s*["'](?<specifier>\.[^"']*)["'],\s*import\.meta\.url/g,
];

/** What a module that tsc wrote names: imports, `require`, and files beside it. Comments name nothing. */
export function specifiersOf(module: string): string[] {
  const code = module.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  return [
    ...new Set(
      specifierPatterns.flatMap((pattern) =>
        Array.from(code.matchAll(pattern), ({ groups }) => groups!.specifier!),
      ),
    ),
  ];
}

function packageOf(specifier: string): string {
  const [scope, name] = specifier.split("/");
  return specifier.startsWith("@") ? `${scope}/${name}` : scope!;
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((file) => !file.startsWith("node_modules/"));
}
