import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BlankProject } from "./blank-project.ts";
import { compilers } from "./toolbox.ts";
import type { NodeMajor, Toolbox } from "./toolbox.ts";

const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  module: "nodenext",
  target: "es2024",
  lib: ["es2024", "esnext.disposable"],
  types: ["node"],
  rootDir: ".",
  outDir: "compiled",
};

/** What the modules of a document's examples are called after: it without its slashes. */
export function moduleName(document: string): string {
  return document.replaceAll("/", ".");
}

/**
 * How an example is run on a Node: as it is written from Node 24 on. Node 22 does not know `using`, so it gets what the compiler makes
 * of the example, as a user of that Node would.
 */
export function exampleFile(document: string, line: number, node: NodeMajor): string {
  const name = `${moduleName(document)}.L${line}`;
  return node < 24 ? `compiled/${name}.js` : `${name}.ts`;
}

/** Compiles the TypeScript of a project under strict, with every compiler. Yields each error in one line. */
export async function* compileExamples(options: {
  readonly project: BlankProject;
  /** The documents of which the project has examples. */
  readonly documents: readonly string[];
  /** Whether the examples use packages that are neither ours nor needed by ours. */
  readonly useOthers: boolean;
  readonly toolbox: Toolbox;
}): AsyncGenerator<string, void> {
  const { project, documents, useOthers, toolbox } = options;
  // The README of a command may have none, which a compiler takes for a mistake.
  if (!(await readdir(project.directory)).some((file) => /\.c?ts$/.test(file))) return;
  // Declarations of a client that an example shows are not ours to fix; those that ours bring along have to compile.
  const config = {
    compilerOptions: { ...compilerOptions, skipLibCheck: useOthers },
    include: ["*.ts", "*.cts"],
  };
  await writeFile(join(project.directory, "tsconfig.json"), JSON.stringify(config));
  for (const release of Object.keys(compilers) as `${keyof typeof compilers}`[]) {
    const tsc = [toolbox.tsc[release], "-p", ".", "--pretty", "false"];
    const { status, output } = await project.execute(24, "node", tsc);
    if (status === 0) continue;
    for (const error of compileErrors(output, documents)) {
      yield `an example does not compile with TypeScript ${release}: ${error}`;
    }
  }
}

/**
 * The errors in a compiler's output; its last line if it names none. The lines of an example are those of its document:
 * `docs.page.md.L9.ts(12,3): error ...` becomes `docs/page.md:12: error ...`.
 */
export function compileErrors(output: string, documents: readonly string[]): string[] {
  const lines = output.trim().split("\n");
  const errors = lines.filter((line) => /\berror TS\d+:/.test(line));
  return (errors.length > 0 ? errors : lines.slice(-1)).map((line) =>
    line.trim().replace(/^(\S+)\.L\d+\.ts\((\d+),\d+\)/, (_, module: string, number: string) => {
      const document = documents.find((path) => moduleName(path) === module);
      return `${document ?? module}:${number}`;
    }),
  );
}
