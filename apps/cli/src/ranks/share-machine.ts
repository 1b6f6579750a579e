/** What of a machine is a rank's. */
export interface MachineShare {
  readonly threads?: number | undefined;
  readonly gpu?: number | undefined;
}

export interface SharingOptions {
  /** Which of the ranks on this machine, from 0, and how many they are, where the launcher tells. */
  readonly localRank?: number | undefined;
  readonly localRanks?: number | undefined;
  readonly device: string;
  /** Processors that this process may use, and that the machine has. */
  readonly allowed: number;
  readonly processors: number;
}

/**
 * What ranks on one machine take unless told otherwise: equal parts of its processors, if the launcher has not bound each to its
 * own, and a GPU each.
 */
export function shareMachine(options: SharingOptions): MachineShare {
  const { localRank, localRanks = 1, device, allowed, processors } = options;
  const threads =
    localRanks > 1 && allowed === processors ? Math.max(1, Math.floor(processors / localRanks)) : undefined;
  return { threads, gpu: device === "cuda" ? localRank : undefined };
}
