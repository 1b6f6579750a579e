import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** A package that is published. */
export interface PublicPackage {
  readonly name: string;
  readonly version: string;
  /** Its folder under the root, `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** What a rehearsal reads of a `package.json`. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The packages that a tree of the repository publishes, by name. */
export async function findPublicPackages(root = repository): Promise<PublicPackage[]> {
  const groups = await Promise.all(
    ["packages", "apps"].map(async (group) =>
      (await readdir(join(root, group))).map((name) => `${group}/${name}`),
    ),
  );
  const packages = await Promise.all(
    groups.flat().map(async (folder): Promise<PublicPackage> => {
      const manifest = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8")) as Manifest;
      return { name: manifest.name, version: manifest.version, folder, manifest };
    }),
  );
  return packages
    .filter(({ manifest }) => manifest.private !== true)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
