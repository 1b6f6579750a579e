import { realpathSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { families, familyOfFile } from "./families.ts";
import type { FamilyName } from "./families.ts";

/** A library of MPI on this machine. */
export interface FoundLibrary {
  readonly path: string;
  readonly family: FamilyName;
  /** Whether it belongs to the `mpirun` or `mpiexec` that is first on the PATH: they lie below the same folder. */
  readonly besideLauncher: boolean;
}

export interface SearchOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  /** Where a path leads; undefined if there is nothing. */
  readonly resolve?: (path: string) => string | undefined;
}

/** The libraries of MPI in the places where they are usually installed, each file once. */
export function findLibraries(options: SearchOptions): FoundLibrary[] {
  const { env, platform, resolve = realPath } = options;
  const launcher = (env["PATH"] ?? "")
    .split(delimiter)
    .flatMap((folder) => ["mpirun", "mpiexec"].map((name) => join(folder, name)))
    .map(resolve)
    .find((path) => path !== undefined);
  const prefix = launcher && dirname(dirname(launcher));
  const names = Object.values(families).flatMap(
    ({ files }) => files[platform === "darwin" ? "darwin" : "linux"],
  );
  const found = new Map<string, FoundLibrary>();
  for (const folder of placesOf(options, prefix)) {
    for (const name of names) {
      const path = resolve(join(folder, name));
      const family = path === undefined ? undefined : (familyOfFile(basename(path)) ?? familyOfFile(name));
      if (path === undefined || family === undefined || found.has(path)) continue;
      const besideLauncher =
        prefix !== undefined && /^\/lib(32|64)?\//.test(path.slice(prefix.length)) && path.startsWith(prefix);
      found.set(path, { path, family, besideLauncher });
    }
  }
  return [...found.values()];
}

/** Folders to look into. */
function placesOf({ env, platform, arch }: SearchOptions, prefix: string | undefined): string[] {
  const listed = ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"].flatMap((name) =>
    (env[name] ?? "").split(delimiter),
  );
  const conda = env["CONDA_PREFIX"];
  const below = (root: string) => ["lib", "lib64"].map((name) => join(root, name));
  const triple = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" }[arch as string];
  const usual =
    platform === "darwin"
      ? [
          "/opt/homebrew/lib",
          "/opt/homebrew/opt/mpich/lib",
          "/opt/homebrew/opt/open-mpi/lib",
          "/usr/local/lib",
        ]
      : [
          ...["/usr/lib64", ...(triple ? [`/usr/lib/${triple}`] : [])].flatMap((root) => [
            root,
            join(root, "openmpi/lib"),
            join(root, "mpich/lib"),
          ]),
          "/usr/lib",
          "/usr/local/lib",
        ];
  return [
    ...listed.filter(Boolean),
    ...(prefix ? below(prefix) : []),
    ...(conda ? below(conda) : []),
    ...usual,
  ];
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
