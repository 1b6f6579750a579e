import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import { createDenoiser, createEngine, passBytes } from "@sdtt/runtime";
import { finishSampling, sample } from "@sdtt/scheduler";
import type { Benchmark, BenchmarkOptions } from "../../benchmark.ts";
import { randomCheckpoint } from "../../dit-small.ts";
import type { Row } from "../../report.ts";
import { checkDevice, chosenSizes, gpuBatches } from "./choice.ts";
import type { Size } from "./sizes.ts";
import { computeType } from "./works.ts";

/** What sampling holds, after two steps: the most that it will. */
export const memory: Benchmark = {
  summary: "a GPU: memory that sampling takes there and on the host, by size and batch",
  check: checkDevice,
  async run(options) {
    const rows: Row[] = [];
    for (const size of chosenSizes(options)) {
      for (const batch of options.batches ?? gpuBatches) rows.push(await measureMemory(size, batch, options));
    }
    return { rows };
  },
};

async function measureMemory(size: Size, batch: number, options: BenchmarkOptions): Promise<Row> {
  const { name, config } = size;
  const { cache, device, threads } = options;
  const model = { family: "sdtt", config } as const;
  const { path, bytes } = await randomCheckpoint({ folder: cache, name: `gpu-${name}`, model });
  const before = await deviceMegabytes();
  await using engine = await createEngine({ device, threads });
  await using denoiser = await createDenoiser({
    engine,
    dtype: computeType(device),
    ...expectDenoiser(await openCheckpoint({ path }), path),
  });
  await finishSampling(sample({ denoiser, length: config.length, batch, steps: 2, seed: 1 }));
  const after = await deviceMegabytes();
  return {
    size: name,
    batch,
    "MB of weights": bytes / 1e6,
    "MB of a pass at least": passBytes(batch * config.length, config) / 1e6,
    ...(before === undefined || after === undefined ? {} : { "MB on the device": after - before }),
    "MB on the host": process.memoryUsage().rss / 1e6,
  };
}

/** What all processes hold on the first GPU, as NVIDIA's own tool tells it; undefined without that tool. */
async function deviceMegabytes(): Promise<number | undefined> {
  const query = ["--query-gpu=memory.used", "--format=csv,noheader,nounits", "--id=0"];
  const answer = await promisify(execFile)("nvidia-smi", query).catch(() => undefined);
  return answer && Number(answer.stdout.trim()) * 1.048576;
}
