import { join } from "node:path";
import { createHiddenMarkovSource, measureSampler, measureSource } from "@sdtt/eval";
import type { SamplerSetting, SamplerTexts } from "@sdtt/eval";
import { samplersTable } from "@sdtt/report";
import type { SamplerReport, SamplerRow } from "@sdtt/report";
import { leastSteps, samplers } from "@sdtt/scheduler";
import type { Sampler } from "@sdtt/scheduler";
import { Option } from "commander";
import type { Command } from "commander";
import { printLine, printTable } from "../../context.ts";
import type { CliContext } from "../../context.ts";
import { writeFiles } from "../../evaluation/write-files.ts";
import { listOf, realNumber, wholeNumber } from "../../numbers.ts";
import { showProgress } from "../../work-progress.ts";

interface SamplerFlags extends SamplerTexts {
  readonly samplers: readonly Sampler[];
  readonly steps: readonly number[];
  readonly gamma: readonly number[];
  readonly threshold: readonly number[];
  readonly factor: readonly number[];
  readonly eta: readonly number[];
  readonly kappa: readonly number[];
  readonly blocks: readonly number[];
  readonly correctorSteps: readonly number[];
  readonly states: number;
  readonly tokens: number;
  readonly out: string;
}

const bounded = realNumber({ least: 0, infinite: true });
const share = realNumber({ least: 0, most: 1 });

export function addSamplerCommand(parent: Command, context: CliContext): void {
  parent
    .command("sampler")
    .description(
      "what samplers cost with a model that makes no error: the exact posterior of a hidden Markov source, a page and a table",
    )
    .addOption(
      new Option("--samplers <names...>", "which of them")
        .choices(samplers)
        .default(samplers.filter((name) => name !== "analytic")),
    )
    .option(
      "-s, --steps <list>",
      "of samplers with a grid; those that mask again take the ones that are enough for it",
      listOf(wholeNumber({ least: 1 })),
      [1, 2, 4, 8, 16, 32, 64, 256],
    )
    .option("--gamma <list>", "of entropy-bounded", listOf(bounded), [0, 0.1, 0.3, 1, 3, 10])
    .option(
      "--threshold <list>",
      "of confidence-threshold",
      listOf(realNumber({ above: 0, most: 1 })),
      [0.5, 0.7, 0.9, 0.99],
    )
    .option("--factor <list>", "of confidence-factor", listOf(bounded), [0.25, 0.5, 1, 2])
    .option("--eta <list>", "of remdm-cap, remdm-rescale and remdm-loop", listOf(share), [0.05])
    .option("--kappa <list>", "of psi", listOf(share), [0.95])
    .option(
      "--blocks <list>",
      "more blocks than one, for ancestral as well",
      listOf(wholeNumber({ least: 2 })),
      [4],
    )
    .option(
      "--corrector-steps <list>",
      "corrector steps after the others, for ancestral in spread order as well",
      listOf(wholeNumber({ least: 1, most: 65_536 })),
      [4, 16],
    )
    .option("-n, --texts <count>", "texts of each measurement", wholeNumber({ least: 2 }), 256)
    .option("-l, --length <tokens>", "of each text", wholeNumber({ least: 2, most: 4096 }), 64)
    .option("--short-texts <count>", "texts of the divergence", wholeNumber({ least: 2 }), 4000)
    .option("--short-length <tokens>", "of each of them", wholeNumber({ least: 2, most: 16 }), 4)
    .option("--states <count>", "hidden states of the source", wholeNumber({ least: 1, most: 256 }), 8)
    .option("--tokens <count>", "tokens of the source", wholeNumber({ least: 2, most: 256 }), 6)
    .option("--seed <number>", "of the source and of the texts", wholeNumber({ least: 0 }), 0)
    .option("-o, --out <directory>", "of the page, the table and the plots", "samplers")
    .action((flags: SamplerFlags) => evaluateSamplers(flags, context));
}

async function evaluateSamplers(flags: SamplerFlags, context: CliContext): Promise<void> {
  const { texts, length, shortTexts, shortLength, states, tokens, seed, out } = flags;
  const { signal } = context;
  const source = createHiddenMarkovSource({ states, tokens, seed });
  const size: SamplerTexts = { texts, length, shortTexts, shortLength, seed };
  const settings = flags.samplers.flatMap((sampler) => settingsOf(sampler, flags));
  const rows: SamplerRow[] = [];
  using progress = showProgress(context, "Measuring samplers");
  const own = await measureSource({ ...size, source, signal });
  for (const [i, setting] of settings.entries()) {
    progress.update(`${i} of ${settings.length}`, i / settings.length);
    rows.push({ setting, ...(await measureSampler({ ...size, source, setting, signal })) });
  }
  const report: SamplerReport = { settings: { ...size, states, tokens }, source: own, rows };
  // What draws takes a while to load.
  const { samplerFiles } = await import("@sdtt/report/draw");
  await writeFiles(out, samplerFiles(report));
  printTable(context, samplersTable(report));
  printLine(context.stderr, `\nReport: ${join(out, "index.html")}`);
}

/** One setting for each value of what the sampler is set by. */
function settingsOf(sampler: Sampler, flags: SamplerFlags): SamplerSetting[] {
  const { gamma, threshold, factor, eta, kappa, blocks, correctorSteps } = flags;
  const steps = flags.steps.filter((count) => count >= leastSteps(sampler));
  const overSteps = (bounds: readonly Omit<SamplerSetting, "sampler" | "steps">[]): SamplerSetting[] =>
    bounds.flatMap((bound) => steps.map((count) => ({ sampler, steps: count, ...bound })));
  switch (sampler) {
    case "entropy-bounded":
      return gamma.map((value) => ({ sampler, gamma: value }));
    case "confidence-threshold":
      return threshold.map((value) => ({ sampler, threshold: value }));
    case "confidence-factor":
      return factor.map((value) => ({ sampler, factor: value }));
    case "first-hitting":
      return [{ sampler }];
    case "remdm-cap":
    case "remdm-rescale":
    case "remdm-loop":
      return overSteps(eta.map((value) => ({ eta: value })));
    case "remdm-conf":
      return overSteps([{}]);
    case "psi":
      return overSteps(kappa.map((value) => ({ kappa: value })));
    case "ancestral":
    case "analytic":
      return [
        ...overSteps([{}, { order: "spread" }]),
        ...overSteps(correctorSteps.map((value) => ({ order: "spread", correctorSteps: value }))),
        ...overSteps(blocks.map((value) => ({ blocks: value }))).filter(
          ({ steps, blocks }) => steps! >= blocks!,
        ),
      ];
  }
}
