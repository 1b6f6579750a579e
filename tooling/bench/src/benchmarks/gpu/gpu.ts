import type { Benchmark, BenchmarkOptions } from "../../benchmark.ts";
import type { Report } from "../../report.ts";
import { formatReport } from "../../report.ts";
import { measure } from "./measure.ts";
import { checkDevice, chosenSizes, gpuBatches } from "./choice.ts";
import { distillationWork, samplingWork } from "./works.ts";
import type { Work } from "./works.ts";

export const gpu: Benchmark = {
  summary: "a GPU: texts in 32 steps, one token at a time, an update of a distillation; PyTorch beside them",

  async check(options) {
    await checkDevice(options);
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
    const { batches = gpuBatches, works } = options;
    if (works.includes("sample")) for (const batch of batches) yield await samplingWork(size, batch, options);
    if (size.thorough && works.includes("distill")) yield await distillationWork(size, options);
  }
}
