import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BlankProject } from "./blank-project.ts";
import type { Toolbox } from "./toolbox.ts";
import { runOrThrow } from "./run-command.ts";

/**
 * Milliseconds of CPU time that the first import of a package takes in a process of its own, on Node 24: the least of some attempts.
 * CPU time, since the clock of a busy machine says little.
 */
export async function importTime(
  project: BlankProject,
  name: string,
  { toolbox, attempts = 5 }: { readonly toolbox: Toolbox; readonly attempts?: number },
): Promise<number> {
  const file = join(project.directory, "time-import.mjs");
  await writeFile(
    file,
    `const start = process.cpuUsage();\nawait import("${name}");\nconst { user, system } = process.cpuUsage(start);\nconsole.log((user + system) / 1e3);\n`,
  );
  let least = Infinity;
  for (let i = 0; i < attempts; i++) {
    const output = await runOrThrow("node", [file], {
      cwd: project.directory,
      env: toolbox.environment(24),
    });
    least = Math.min(least, Number(output));
  }
  return least;
}
