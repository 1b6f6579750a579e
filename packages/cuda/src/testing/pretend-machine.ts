import type { Dependency, Probe } from "../doctor/probe.ts";

/**
 * A machine that has these files, as a diagnosis sees it. Folders are what the paths say.
 *
 * @param programs - what each program prints.
 */
export function pretendMachine(
  files: Readonly<Record<string, string>>,
  dependencies: readonly Dependency[] = [],
  programs: Readonly<Record<string, string>> = {},
): Probe {
  const paths = Object.keys(files);
  return {
    exists: async (path) => paths.some((known) => known === path || known.startsWith(`${path}/`)),
    read: async (path) => files[path],
    list: async (folder) => {
      const inside = paths.filter((path) => path.startsWith(`${folder}/`));
      return [...new Set(inside.map((path) => path.slice(folder.length + 1).split("/")[0]!))];
    },
    async *bytes(path) {
      // In small pieces, so that what is looked for lies across a border.
      const whole = Buffer.from(files[path] ?? "", "latin1");
      for (let start = 0; start < whole.length; start += 5) yield whole.subarray(start, start + 5);
    },
    output: async (program) => programs[program],
    dependencies: async (library) => {
      if (files[library] === "broken") throw new Error("not a dynamic executable\n");
      return dependencies;
    },
  };
}
