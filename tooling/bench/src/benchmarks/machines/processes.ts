import type { Benchmark } from "../../benchmark.ts";
import { startNode } from "../../harness/process-contestant.ts";
import type { ProcessContestant } from "../../harness/process-contestant.ts";
import { contestant, medianRatio, medianSeconds, race, times } from "../../harness/race.ts";
import type { Contestant } from "../../harness/race.ts";

const [texts, batch, steps] = [32, 16, 16];

export const processes: Benchmark = {
  summary: `${texts} texts of the bundled model in ${steps} steps, ${batch} at a time: two processes of one thread each beside one of two`,
  async run({ rounds, sizes }) {
    const isTrial = sizes.includes("trial");
    await using stack = new AsyncDisposableStack();
    const script = new URL("../../contestants/numbered-texts.ts", import.meta.url);
    const open = async (name: string, processes: number, threads: number): Promise<Contestant> => {
      const count = texts / processes;
      const parts: ProcessContestant[] = [];
      for (let i = 0; i < processes; i++) {
        const share = { threads, first: i * count, count, batch, steps, length: isTrial ? 16 : 256 };
        parts.push(stack.use(await startNode(`${name}, number ${i}`, script, share)));
      }
      return contestant(name, () => Promise.all(parts.map((part) => part.step())));
    };
    const contestants = [
      await open("1 process, 2 threads", 1, 2),
      await open("2 processes, 1 thread each", 2, 1),
    ];
    const measured = await race(contestants, rounds);
    const [one, two] = measured;
    const rows = contestants.map(({ name }, i) => ({
      who: name,
      ...times(measured[i]!),
      "texts/s": texts / medianSeconds(measured[i]!),
      "speed beside 1 process": medianRatio(one!, measured[i]!),
    }));
    const targets = [
      {
        what: "time of two processes beside that of one",
        measured: medianRatio(two!, one!),
        atMost: 1 / 0.9,
      },
    ];
    return { rows, targets };
  },
};
