import { Writable } from "node:stream";
import { alone, SdttError } from "@sdtt/core";
import type { Collective } from "@sdtt/core";
import type { CliContext } from "../context.ts";
import { mayHaveRanks } from "./may-have-ranks.ts";

/** A command that may be one of several processes with the same work. */
export interface Ranked {
  /** Writes nothing at the other ranks than the first. */
  readonly context: CliContext;
  readonly ranks: Collective;
  /** Which of the ranks on this machine, and how many they are, where the launcher tells. */
  readonly localRank?: number | undefined;
  readonly localRanks?: number | undefined;
}

/**
 * Runs a command as one of the ranks that a launcher of MPI started, or by itself.
 *
 * @throws SdttError `unavailable` if there are ranks and `@sdtt/mpi` is not installed.
 */
export async function withRanks(context: CliContext, work: (ranked: Ranked) => Promise<void>): Promise<void> {
  if (!mayHaveRanks(context.env)) return work({ context, ranks: alone });
  const { withMpi } = await loadMpi();
  await withMpi({ env: context.env }, (ranks) => {
    const { localRank, localRanks } = ranks.launch;
    return work({ context: ranks.rank === 0 ? context : silent(context), ranks, localRank, localRanks });
  });
}

/** Only here: whoever trains on one machine need not have it. */
async function loadMpi() {
  try {
    return await import("@sdtt/mpi");
  } catch (cause) {
    throw new SdttError(
      "unavailable",
      "A launcher of MPI started this command as one of several ranks, which needs the package @sdtt/mpi, which is not installed: npm install @sdtt/mpi",
      { cause },
    );
  }
}

function silent(context: CliContext): CliContext {
  const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const { env, signal, deferExit, now } = context;
  return {
    get stdin() {
      return context.stdin;
    },
    stdout: nowhere(),
    stderr: nowhere(),
    env,
    signal,
    ...(deferExit && { deferExit }),
    now,
  };
}
