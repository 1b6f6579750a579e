import { SdttError } from "@sdtt/core";
import { diagnose } from "@sdtt/runtime";
import type { Benchmark, BenchmarkOptions } from "../../benchmark.ts";
import type { Report } from "../../report.ts";
import { formatReport } from "../../report.ts";
import { measure } from "./measure.ts";
import { sizes } from "./sizes.ts";
import type { Size } from "./sizes.ts";
import { distillationWork, samplingWork } from "./works.ts";
import type { Work } from "./works.ts";

const batches = [1, 8, 32];

export const gpu: Benchmark = {
  summary: "a GPU: texts in 32 steps, one token at a time, an update of a distillation; PyTorch beside them",

  async check(options) {
    chosenSizes(options);
    const { devices } = await diagnose();
    const { available, missing } = devices.find(({ name }) => name === options.device)!;
    if (available) return;
    const reasons = missing.map(({ what }) => what).join("; ");
    throw new SdttError(
      "unavailable",
      `This benchmark needs a GPU, and ${options.device} is not to be had here: ${reasons}. To see it work without: --device cpu --sizes trial.`,
    );
  },

  async run(options) {
    const { rounds, peak, device } = options;
    const reports: Report[] = [];
    for await (const work of works(options)) {
      const report = await measure(work, { rounds, peak, targets: device === "cuda" });
      // A run takes long: what there is by now is told in case it is cut off.
      console.error(formatReport({ rows: report.rows }));
      reports.push(report);
    }
    return {
      rows: reports.flatMap(({ rows }) => rows),
      targets: reports.flatMap(({ targets = [] }) => targets),
    };
  },
};

async function* works(options: BenchmarkOptions): AsyncGenerator<Work> {
  for (const size of chosenSizes(options)) {
    for (const batch of batches) yield await samplingWork(size, batch, options);
    if (size.thorough) yield await distillationWork(size, options);
  }
}

function chosenSizes({ sizes: names }: BenchmarkOptions): Size[] {
  return names.map((name) => {
    const size = sizes.find((known) => known.name === name);
    if (size) return size;
    const known = sizes.map(({ name }) => name).join(", ");
    throw new SdttError("usage", `--sizes: there is no size "${name}"; choose of ${known}.`);
  });
}
