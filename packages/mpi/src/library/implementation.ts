import { SdttError } from "@sdtt/core";
import type { Implementation, Launch } from "../launch/find-launch.ts";
import { libraryVariable } from "./plan-library.ts";

/** What a library is, from what it says of itself (`MPI_Get_library_version`). */
export interface LibraryIdentity {
  /** Name and version. */
  readonly title: string;
  /** Undefined for one that is not known. */
  readonly implementation?: Implementation;
}

export function identifyLibrary(version: string): LibraryIdentity {
  const open = /^Open MPI v?([\w.]+)/.exec(version);
  if (open) return { title: `Open MPI ${open[1]}`, implementation: "Open MPI" };
  const mpich = /^(MPICH|MVAPICH2?)\s+Version\s*:\s*([\w.]+)/.exec(version);
  if (mpich) return { title: `${mpich[1]} ${mpich[2]}`, implementation: "MPICH" };
  const intel = /^Intel\(R\) MPI Library ([\w.]+)/.exec(version);
  if (intel) return { title: `Intel MPI ${intel[1]}`, implementation: "MPICH" };
  return { title: version.trim().split(/[,\n]/)[0]!.slice(0, 60) };
}

/** A library, as far as it is known before MPI begins. */
export interface IdentifiedLibrary extends LibraryIdentity {
  readonly path: string;
  /** The implementation that its handles were taken for; undefined if any has them. */
  readonly expected?: Implementation | undefined;
}

/** Throws `unavailable` if the library is not what its name said, or of another MPI than the launcher. */
export function checkImplementation(launch: Launch, library: IdentifiedLibrary): void {
  const { path, title, implementation, expected } = library;
  if (implementation && expected && implementation !== expected) {
    throw new SdttError(
      "unavailable",
      `The library of MPI ${path} is ${title}; expected ${expected} by its name. Name another one in ${libraryVariable}.`,
    );
  }
  if (implementation && launch.implementation && implementation !== launch.implementation)
    throw mismatch(launch, library);
}

/**
 * Throws `unavailable` if the library sees another number of ranks than the launcher started: those of another MPI each believe to be
 * alone.
 */
export function checkSize(launch: Launch, library: IdentifiedLibrary, size: number): void {
  if (launch.ranks !== undefined && launch.ranks !== size)
    throw mismatch(launch, library, `, which sees ${size}`);
}

function mismatch({ launcher, ranks }: Launch, { path, title }: IdentifiedLibrary, seen = ""): SdttError {
  return new SdttError(
    "unavailable",
    `${launcher} started ${ranks ?? "the"} ranks, and the library of MPI is ${path}, ${title}${seen}: launcher and library must be of the same MPI. Start the ranks with the launcher of ${title}, or name another library in ${libraryVariable}.`,
  );
}
