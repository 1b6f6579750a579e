import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Benchmark } from "../benchmark.ts";
import { medianSeconds, race, times } from "../harness/race.ts";
import type { Contestant } from "../harness/race.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** The status line of a frame that shows at least one written token. */
const wordShown = /· [1-9]\d* of \d+ tokens/;

export const firstWord: Benchmark = {
  summary: "from the start of the process to the first revealed word of the bundled model, in the live view",
  async run({ rounds }) {
    const sdtt = [...process.execArgv, "apps/cli/src/main.ts"];
    const contestants = [
      untilFirstWord("npm start", "npm", ["start", "--", "--live"]),
      untilFirstWord("sdtt sample --live", process.execPath, [...sdtt, "sample", "--live"]),
    ];
    const measured = await race(contestants, rounds);
    const rows = contestants.map(({ name }, i) => ({
      command: name,
      ...times(measured[i]!),
    }));
    const target = {
      what: "npm start: s to the first word",
      measured: medianSeconds(measured[0]!),
      atMost: 0.8,
    };
    return { rows, targets: [target] };
  },
};

function untilFirstWord(name: string, command: string, parameters: readonly string[]): Contestant {
  return {
    name,
    async step() {
      const start = performance.now();
      const child = spawn(command, parameters, { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
      const ended = once(child, "close");
      let shown = "";
      let seconds: number | undefined;
      for await (const text of child.stderr.setEncoding("utf8")) {
        shown += text;
        if (wordShown.test(shown)) seconds ??= (performance.now() - start) / 1000;
      }
      await ended;
      if (seconds === undefined) throw new Error(`${name} showed no word, but: ${shown}`);
      return { seconds };
    },
  };
}
