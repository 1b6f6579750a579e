import { realpathSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readExamples, writeExamples } from "@sdtt/examples";
import type { BlankProject, Manager } from "./blank-project.ts";
import { compileExamples, exampleFile, moduleName } from "./compile-examples.ts";
import { rehearseGaps } from "./gap-examples.ts";
import { packageFaults } from "./package-faults.ts";
import type { PublicPackage } from "./public-packages.ts";
import { nodeMajors } from "./toolbox.ts";
import type { Toolbox } from "./toolbox.ts";

/**
 * Does with a package what a stranger would, in a blank project: installs what its README says, imports and requires it, compiles
 * the README's examples, runs those that run anywhere, and fills the gaps that the page offers. Yields what went wrong, each in one line.
 */
export async function* rehearsePackage(options: {
  /** The tree of which the package and its documents are. */
  readonly root: string;
  readonly subject: PublicPackage;
  readonly project: BlankProject;
  readonly manager: Manager;
  readonly toolbox: Toolbox;
}): AsyncGenerator<string, void> {
  const { root, subject, project, manager, toolbox } = options;
  const documents = await Promise.all(
    documentsOf(subject).map(async (path) => ({
      path,
      markdown: await readFile(join(root, path), "utf8"),
    })),
  );

  const wanted = documents.flatMap(({ markdown }) => installations(markdown, subject.name));
  for (const args of wanted) {
    const failure = await project.install(args);
    if (failure !== undefined) return yield `${manager} install ${args.join(" ")}: ${failure}`;
  }
  yield* await packageFaults(installedFolder(project, subject));

  if (subject.manifest.exports?.["."] !== undefined) yield* importBothWays(project, subject.name);
  for (const bin of Object.keys(subject.manifest.bin ?? {})) yield* runBin(project, bin);

  const { directory } = project;
  for (const { path, markdown } of documents) {
    await writeExamples({ markdown, name: moduleName(path), directory });
  }
  yield* compileExamples({
    project,
    documents: documents.map(({ path }) => path),
    useOthers: wanted.flat().some(isOthers),
    toolbox,
  });
  for (const { path, markdown } of documents) yield* runExamples(project, path, markdown);
  yield* rehearseGaps({ root, subject, project });
}

/** The README of a package; the repository's own shows the library. */
export function documentsOf({ name, folder }: PublicPackage): string[] {
  return [`${folder}/README.md`, ...(name === "sdtt" ? ["README.md"] : [])];
}

async function* runExamples(
  project: BlankProject,
  document: string,
  markdown: string,
): AsyncGenerator<string, void> {
  for (const { language, line, code, runs } of readExamples(markdown)) {
    if (!runs) continue;
    const commands = code.replaceAll(/^npm install .*$/gm, "");
    for (const node of nodeMajors) {
      const failure =
        language === "ts"
          ? await project.run(node, "node", [exampleFile(document, line, node)])
          : await project.run(node, "bash", ["-e", "-o", "pipefail", "-c", commands]);
      if (failure !== undefined) yield `${document}:${line} does not run on Node ${node}: ${failure}`;
    }
  }
}

/** Whether an argument of `npm install` is a package of somebody else. */
function isOthers(argument: string): boolean {
  return !/^(-|@sdtt\/|sdtt$)/.test(argument);
}

/** Where the package lies in the project, with the links of pnpm resolved. */
export function installedFolder(project: BlankProject, { name }: PublicPackage): string {
  return realpathSync(join(project.directory, "node_modules", name));
}

/** The arguments of every `npm install` in a README; a README without one leaves it at the package itself. */
function installations(markdown: string, name: string): string[][] {
  const commands = readExamples(markdown)
    .filter(({ language }) => language === "sh")
    .flatMap(({ code }) => code.split("\n"))
    .filter((line) => line.startsWith("npm install "))
    .map((line) => line.replace(/ # .*/, "").split(/\s+/).slice(2));
  return commands.length > 0 ? commands : [["--ignore-scripts", name]];
}

async function* importBothWays(project: BlankProject, name: string): AsyncGenerator<string, void> {
  await writeFile(
    join(project.directory, "by-import.mjs"),
    `const { default: _, ...all } = await import("${name}");\nif (Object.keys(all).length === 0) throw new Error("exports nothing");\n`,
  );
  await writeFile(
    join(project.directory, "by-require.cjs"),
    `if (Object.keys(require("${name}")).length === 0) throw new Error("exports nothing");\n`,
  );
  // Compiled with the examples: the types, as CommonJS sees them.
  await writeFile(join(project.directory, "by-require.cts"), `import all = require("${name}");\nvoid all;\n`);
  for (const node of nodeMajors) {
    for (const file of ["by-import.mjs", "by-require.cjs"]) {
      const failure = await project.run(node, "node", [file]);
      const how = file === "by-import.mjs" ? "imported" : "required";
      if (failure !== undefined) yield `cannot be ${how} on Node ${node}: ${failure}`;
    }
  }
}

async function* runBin(project: BlankProject, bin: string): AsyncGenerator<string, void> {
  for (const node of nodeMajors) {
    const failure = await project.run(node, "npx", ["--offline", bin, "--help"]);
    if (failure !== undefined) yield `npx ${bin} fails on Node ${node}: ${failure}`;
  }
}
