import { basename } from "node:path";
import { SdttError } from "@sdtt/core";
import type { Implementation, Launch } from "../launch/find-launch.ts";
import { families, familyOfFile } from "./families.ts";
import type { FamilyName } from "./families.ts";
import type { FoundLibrary } from "./find-libraries.ts";

/** What is known before anything is loaded. */
export interface LibraryFacts {
  readonly launch: Launch;
  readonly libraries: readonly FoundLibrary[];
  /** The library that a person named. */
  readonly named?: string | undefined;
}

/** What to load. */
export interface PlannedLibrary {
  readonly path: string;
  readonly family: FamilyName;
}

/** The environment variable that names a library. */
export const libraryVariable = "SDTT_MPI";

/**
 * Which library to load: of the MPI whose launcher started the ranks, as they could not find each other otherwise.
 *
 * @throws SdttError `unavailable` if there is none, only one of another MPI than the launcher, or several that may be meant.
 */
export function planLibrary({ launch, libraries, named }: LibraryFacts): PlannedLibrary {
  if (named !== undefined) return planNamed(named, launch);
  const { launcher, implementation } = launch;
  if (libraries.length === 0) {
    throw new SdttError(
      "unavailable",
      `No library of MPI was found: install Open MPI (Debian: apt-get install openmpi-bin) or MPICH, or name the file of the library in ${libraryVariable}.`,
    );
  }
  const fitting = libraries.filter(({ family }) => families[family].implementation === implementation);
  const standard = libraries.filter(({ family }) => family === "abi");
  // Only what an implementation has in any case comes before the standard's library, which may be of the other one.
  const candidates = implementation === undefined ? libraries : fitting.length > 0 ? fitting : standard;
  if (candidates.length === 0) throw otherMpi(launcher, implementation!, libraries);
  const beside = candidates.filter(({ besideLauncher }) => besideLauncher);
  const [chosen, ...others] = beside.length > 0 ? beside : candidates;
  if (others.length > 0) {
    const paths = [chosen!, ...others].map(({ path, family }) => `${path} (${families[family].title})`);
    throw new SdttError(
      "unavailable",
      `There are several libraries of MPI that ${launcher} may belong to: ${paths.join(", ")}. Name the right one in ${libraryVariable}.`,
    );
  }
  return chosen!;
}

function planNamed(path: string, launch: Launch): PlannedLibrary {
  const family = familyOfFile(basename(path));
  if (family === undefined) {
    const names = Object.values(families).flatMap(({ files }) => files.linux);
    throw new SdttError(
      "usage",
      `${libraryVariable} names ${path}, whose name tells no MPI: expected one of ${names.join(", ")}, a name that begins so, or one of macOS.`,
    );
  }
  const { implementation } = families[family];
  if (implementation && launch.implementation && implementation !== launch.implementation) {
    throw otherMpi(launch.launcher, launch.implementation, [{ path, family }]);
  }
  return { path, family };
}

function otherMpi(launcher: string, expected: Implementation, found: readonly PlannedLibrary[]): SdttError {
  const [first] = found;
  const { title } = families[first!.family];
  return new SdttError(
    "unavailable",
    `The ranks were started by ${launcher}, but the library of MPI found is ${title}'s, ${found.map(({ path }) => path).join(", ")}: start them with the launcher of ${title}, or install ${expected}.`,
  );
}
