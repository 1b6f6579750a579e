import type { Contestant } from "./race.ts";

/**
 * Work of this process as a contestant that is measured by the processor time it takes, of all threads: what a busy machine
 * disturbs least. With one thread that is the time on an idle one.
 */
export function processorContestant(name: string, work: () => Promise<unknown>): Contestant {
  return {
    name,
    async step() {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      return { seconds: (user + system) / 1e6 };
    },
  };
}
