import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BlankProject } from "./blank-project.ts";
import { compilers } from "./toolbox.ts";
import type { Toolbox } from "./toolbox.ts";

const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  module: "nodenext",
  target: "es2024",
  lib: ["es2024", "esnext.disposable"],
  types: ["node"],
  noEmit: true,
};

/** Compiles the TypeScript of a project under strict, with every compiler. Yields each error in one line. */
export async function* compileExamples(
  project: BlankProject,
  toolbox: Toolbox,
): AsyncGenerator<string, void> {
  const config = { compilerOptions, include: ["*.ts", "*.cts"] };
  await writeFile(join(project.directory, "tsconfig.json"), JSON.stringify(config));
  for (const release of Object.keys(compilers) as `${keyof typeof compilers}`[]) {
    const tsc = [toolbox.tsc[release], "-p", ".", "--pretty", "false"];
    const { status, output } = await project.execute(24, "node", tsc);
    if (status === 0) continue;
    for (const error of compileErrors(output)) {
      yield `an example does not compile with TypeScript ${release}: ${error}`;
    }
  }
}

/**
 * The errors in a compiler's output; its last line if it names none. A file of examples is called after its document, and its lines
 * are those of the document: `README.md.L9.ts(12,3): error ...` becomes `README.md:12: error ...`.
 */
export function compileErrors(output: string): string[] {
  const lines = output.trim().split("\n");
  const errors = lines.filter((line) => /\berror TS\d+:/.test(line));
  return (errors.length > 0 ? errors : lines.slice(-1)).map((line) =>
    line.trim().replace(/^(\S+)\.L\d+\.ts\((\d+),\d+\)/, "$1:$2"),
  );
}
