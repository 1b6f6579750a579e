import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isSdttError } from "@sdtt/core";
import { benchmarks } from "./all-benchmarks.ts";
import type { BenchmarkOptions } from "./benchmark.ts";
import { describeMachine } from "./machine.ts";
import { replaceTable } from "./replace-table.ts";
import { describeSetting, formatReport } from "./report.ts";

/** The pictures of the page. */
const plots: Readonly<Record<string, string>> = {
  autoregression: "autoregression.svg",
  growth: "growth.svg",
};

/** Where results are told that are not in `benchmarks.md`. */
const pages: Readonly<Record<string, string>> = {
  processes: "many-machines.md",
  queue: "many-machines.md",
  ranks: "many-machines.md",
};

const docs = fileURLToPath(new URL("../../../docs/", import.meta.url));

/** Every benchmark but those of a GPU and those that cannot run here, each result into its place in `docs` as soon as it is there. */
export async function measureAll(options: BenchmarkOptions): Promise<void> {
  const machine = await describeMachine();
  const date = new Date().toISOString().slice(0, 10);
  for (const [name, benchmark] of benchmarks) {
    if (name.startsWith("gpu")) continue;
    console.log(`${name}: ${benchmark.summary}`);
    try {
      await benchmark.check?.(options);
    } catch (error) {
      if (!isSdttError(error)) throw error;
      console.log(`left out: ${error.message}`);
      continue;
    }
    const plot = plots[name] && join(docs, "images", plots[name]);
    const result = formatReport(await benchmark.run({ ...options, plot }));
    const page = pages[name] ?? "benchmarks.md";
    const file = join(docs, page);
    const told = `${result}\n\n${date}, ${machine}; ${describeSetting(options)}`;
    const replaced = replaceTable(await readFile(file, "utf8"), name, told);
    if (replaced === undefined) console.log(`docs/${page} has no place for it:\n\n${told}\n`);
    else await writeFile(file, replaced);
  }
}
