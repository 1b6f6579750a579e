import type { Preload } from "@sdtt/runtime/device";
import { libraryGroups, type LibraryGroup } from "./groups.ts";

/** A folder, and the names of the shared libraries in it. */
export interface LibraryFolder {
  readonly folder: string;
  readonly names: readonly string[];
}

export interface LibraryPlan {
  /** In the order in which to load them. */
  readonly preload: readonly Preload[];
  /** What is needed and in no folder. */
  readonly absent: readonly string[];
}

/**
 * Which files to load so that a provider finds what it needs. Each group comes whole from the first folder that has all of it:
 * cuBLAS of one release with the cuBLASLt of another would fail later and elsewhere.
 *
 * @param needed - names with their major version, `libcublas.so.13`, that the loader does not find by itself.
 * @param optional - the same for what is loaded only where it is found.
 * @param folders - by preference.
 */
export function planLibraries({
  needed,
  optional = [],
  folders,
}: {
  needed: readonly string[];
  optional?: readonly string[];
  folders: readonly LibraryFolder[];
}): LibraryPlan {
  const wanted = [...needed, ...optional];
  const known = new Set(libraryGroups.flatMap(({ stems }) => stems));
  const others = wanted.filter((name) => !known.has(stemOf(name))).map((name) => ({ stems: [stemOf(name)] }));
  const preload: Preload[] = [];
  const absent: string[] = [];
  for (const group of [...others, ...libraryGroups]) {
    const members = membersOf(group, wanted);
    if (members.length === 0) continue;
    const place = folders.find(({ names }) => members.every((name) => names.includes(name)));
    if (!place) {
      absent.push(...members.filter((name) => !optional.includes(name)));
      continue;
    }
    const load = (name: string, isOptional: boolean) =>
      preload.push({ path: `${place.folder}/${name}`, optional: isOptional });
    for (const name of members) load(name, optional.includes(name));
    for (const name of companionsOf(group, place)) load(name, true);
  }
  return { preload, absent };
}

/** All libraries of a group if any of it is wanted, in the version that is. */
function membersOf({ stems }: LibraryGroup, wanted: readonly string[]): string[] {
  const first = wanted.find((name) => stems.includes(stemOf(name)));
  if (first === undefined) return [];
  return stems.map((stem) => stem + first.slice(stemOf(first).length));
}

/** cuDNN's graph and operators come first, which its others need. */
const firstCompanions = ["libcudnn_graph", "libcudnn_ops"];

function companionsOf({ companions }: LibraryGroup, { names }: LibraryFolder): string[] {
  const rank = (name: string) => {
    const at = firstCompanions.indexOf(stemOf(name));
    return at < 0 ? firstCompanions.length : at;
  };
  const found = names.filter((name) => companions?.test(name));
  return found.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** `libcublas` of `libcublas.so.13`. */
function stemOf(name: string): string {
  return name.slice(0, name.indexOf(".so"));
}
