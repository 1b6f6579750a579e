import { isSdttError, SdttError } from "@sdtt/core";
import type { Collective } from "@sdtt/core";
import { createCollective } from "./calls/create-collective.ts";
import { findLaunch } from "./launch/find-launch.ts";
import type { Launch } from "./launch/find-launch.ts";
import { findLibraries } from "./library/find-libraries.ts";
import { families } from "./library/families.ts";
import { checkImplementation, checkSize, identifyLibrary } from "./library/implementation.ts";
import { openLibrary, readText } from "./library/open-library.ts";
import type { MpiLibrary } from "./library/open-library.ts";
import { libraryVariable, planLibrary } from "./library/plan-library.ts";

/** The ranks that a launcher of MPI started. */
export interface MpiRanks extends Collective {
  /** Name and version of the library, and its path. */
  readonly library: string;
  readonly launch: Launch;
}

export interface MpiOptions {
  /** What launchers and people say; that of the process unless given. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Works as one of the ranks that `mpirun` started. MPI ends with the work, and cannot begin again in the same process.
 *
 * After an error other than `aborted`, which all ranks have to throw together, the other ranks are not waited for: let the process end
 * with another status than 0, and the launcher ends the others.
 *
 * @throws SdttError `usage` if no launcher of MPI started this process, or MPI began already; `unavailable` if there is no library
 *   of the launcher's MPI; `runtime` for errors of MPI; whatever the work throws, with the number of the rank unless it is rank 0.
 */
export async function withMpi<T>(
  { env = process.env }: MpiOptions,
  work: (ranks: MpiRanks) => Promise<T>,
): Promise<T> {
  const launch = findLaunch(env);
  if (!launch) {
    throw new SdttError(
      "usage",
      "This process was not started by a launcher of MPI: start it with mpirun -n 2.",
    );
  }
  const { platform, arch } = process;
  const named = env[libraryVariable] || undefined;
  const libraries = named === undefined ? findLibraries({ env, platform, arch }) : [];
  const planned = planLibrary({ launch, libraries, named });
  const library = await openLibrary(planned);
  const { path, family } = planned;
  const identified = {
    path,
    expected: families[family].implementation,
    ...identifyLibrary(versionOf(library)),
  };
  checkImplementation(launch, identified);
  const place = begin(library);
  checkSize(launch, identified, place.size);
  const ranks = createCollective(library, place);
  // MPI's own end blocks until all ranks are there.
  const end = async () => {
    await ranks.barrier();
    library.functions.Finalize();
  };
  try {
    const result = await work({ ...ranks, library: `${identified.title}, ${path}`, launch });
    await end();
    return result;
  } catch (error) {
    if (isSdttError(error) && error.code === "aborted") await end();
    throw withRank(error, place.rank);
  }
}

/** Says whose error it is: several ranks write to one terminal. */
function withRank(error: unknown, rank: number): unknown {
  if (rank === 0 || !isSdttError(error)) return error;
  return new SdttError(error.code, `Rank ${rank}: ${error.message}`, { cause: error });
}

function versionOf({ functions, allocate }: MpiLibrary): string {
  const [text, length] = [allocate(8192), allocate(64)];
  functions.Get_library_version(text.address, length.address);
  return readText(new Uint8Array(text.buffer));
}

/** Starts MPI. Errors of its calls are returned from then on, not fatal. */
function begin({ functions, handles, funneled, allocate }: MpiLibrary): { rank: number; size: number } {
  const { buffer, address } = allocate(64);
  const number = new Int32Array(buffer, 0, 1);
  const read = (call: (out: bigint) => void) => {
    call(address);
    return number[0]!;
  };
  if (read((out) => functions.Initialized(out)) !== 0) {
    throw new SdttError("usage", "MPI has begun in this process already, and begins only once in a process.");
  }
  read((out) => functions.Init_thread(null, null, funneled, out));
  functions.Comm_set_errhandler(handles.world, handles.errorsReturn);
  return {
    rank: read((out) => functions.Comm_rank(handles.world, out)),
    size: read((out) => functions.Comm_size(handles.world, out)),
  };
}
