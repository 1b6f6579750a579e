// Puts the modules that `npm start` loads into few files: to find, read and link some 500 takes Node a fifth of a second.
// `node bundle-start.mjs FOLDER` writes them into a new folder of FOLDER; `current.json` there then names it and all it was made of.
import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { stampOf } from "./fresh-bundle.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const home = path.resolve(process.argv[2]);
const name = `${Date.now()}-${process.pid}`;
/** What it is made of, by paths from the root, each as it was before it was read. */
const stamps = new Map();

noteInput("pnpm-lock.yaml");
noteInput(path.join("tooling", "launch", "bundle-start.mjs"));
await write();
const current = path.join(home, "current.json");
const main = path.join(home, name, "main.mjs");
writeFileSync(`${current}.${name}`, JSON.stringify({ root, main, files: [...stamps] }));
renameSync(`${current}.${name}`, current);
removeOld();

async function write() {
  const bundle = await rolldown({
    input: path.join(root, "apps", "cli", "src", "main.ts"),
    platform: "node",
    resolve: { conditionNames: ["@sdtt/source", "node", "import", "default"] },
    plugins: [inputs(), elsewhere(), originalPlaces()],
    logLevel: "silent",
  });
  await bundle.write({
    dir: path.join(home, name),
    format: "esm",
    // By the ending Node knows without reading that these are modules.
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name]-[hash].mjs",
  });
  await bundle.close();
}

/** What is installed changes with the lockfile; a package of the workspace says in its package.json what its names stand for. */
function inputs() {
  return {
    name: "inputs",
    load(id) {
      const file = path.relative(root, id);
      const [kind, folder] = file.split(path.sep);
      // What rolldown adds of its own has no path.
      if (!path.isAbsolute(id) || (kind !== "packages" && kind !== "apps")) return undefined;
      noteInput(file);
      noteInput(path.join(kind, folder, "package.json"));
      return undefined;
    },
  };
}

function noteInput(file) {
  if (!stamps.has(file)) stamps.set(file, stampOf(path.join(root, file)));
}

/** What a module finds beside itself it still finds there: models, threads, packages that are resolved when needed. */
function originalPlaces() {
  return {
    name: "original-places",
    transform(code, id) {
      if (!code.includes("import.meta.url")) return undefined;
      return code.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(id).href));
    },
  };
}

/** Other commands, and packages that are imported when they are needed, stay where they are. */
function elsewhere() {
  return {
    name: "elsewhere",
    async resolveId(source, importer, { kind }) {
      if (kind !== "dynamic-import") return undefined;
      const resolved = await this.resolve(source, importer, { kind, skipSelf: true });
      if (!resolved || resolved.external || !isElsewhere(source, resolved.id)) return undefined;
      return { id: pathToFileURL(resolved.id).href, external: true };
    },
  };
}

function isElsewhere(source, id) {
  const isOtherCommand = /[/\\]cli[/\\]src[/\\]commands[/\\](?!sample\.ts$)/.test(id);
  // Drawn with before the first word.
  const isPackage = !/^(?:\.|@sdtt\/)/.test(source) && source !== "log-update";
  return isOtherCommand || isPackage;
}

/** A process that runs may still import a part of the bundle that it began with. */
function removeOld() {
  for (const entry of readdirSync(home, { withFileTypes: true })) {
    const old = path.join(home, entry.name);
    if (!entry.isDirectory() || entry.name === name || Date.now() - statSync(old).mtimeMs < 3_600_000)
      continue;
    rmSync(old, { recursive: true, force: true });
  }
}
