import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import { createDenoiser, createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { finishSampling, sample } from "@sdtt/scheduler";
import type { Benchmark, BenchmarkOptions } from "../../benchmark.ts";
import { randomCheckpoint } from "../../dit-small.ts";
import type { Row } from "../../report.ts";
import { checkDevice, chosenSizes, gpuBatches } from "./choice.ts";
import type { Size } from "./sizes.ts";
import { computeType } from "./works.ts";

const steps = 32;

/** What of the time of sampling is spent in ONNX Runtime, and how much crosses to the host: what CUDA graphs could save. */
export const hostShare: Benchmark = {
  summary: "a GPU: the host's share of a step of sampling, and the bytes that it moves",
  check: checkDevice,
  async run(options) {
    const rows: Row[] = [];
    for (const size of chosenSizes(options)) {
      for (const batch of options.batches ?? gpuBatches) rows.push(await profile(size, batch, options));
    }
    return { rows };
  },
};

async function profile(size: Size, batch: number, options: BenchmarkOptions): Promise<Row> {
  const { name, config } = size;
  const { cache, device, threads } = options;
  const model = { family: "sdtt", config } as const;
  const { path } = await randomCheckpoint({ folder: cache, name: `gpu-${name}`, model });
  await using engine = await createEngine({ device, threads });
  const meter: Meter = { seconds: 0, runs: 0, bytesOut: 0 };
  await using denoiser = await createDenoiser({
    engine: metered(engine, meter),
    dtype: computeType(device),
    ...expectDenoiser(await openCheckpoint({ path }), path),
  });
  const write = () => finishSampling(sample({ denoiser, length: config.length, batch, steps, seed: 1 }));
  await write();
  Object.assign(meter, { seconds: 0, runs: 0, bytesOut: 0 });
  const start = performance.now();
  for (let round = 0; round < options.rounds; round++) await write();
  const total = (performance.now() - start) / 1000;
  return {
    size: name,
    batch,
    "ms a step": (1000 * total) / (options.rounds * steps),
    "host's share": 1 - meter.seconds / total,
    "runs a step": meter.runs / (options.rounds * steps),
    "kB to the host a step": meter.bytesOut / 1000 / (options.rounds * steps),
  };
}

interface Meter {
  seconds: number;
  runs: number;
  bytesOut: number;
}

/** The engine, whose runs are timed and their results weighed. */
function metered(engine: Engine, meter: Meter): Engine {
  return {
    ...engine,
    async load(program, load) {
      const session = await engine.load(program, load);
      return {
        ...session,
        async run(request) {
          const start = performance.now();
          const results = await session.run(request);
          meter.seconds += (performance.now() - start) / 1000;
          meter.runs++;
          for (const { data } of Object.values(results)) meter.bytesOut += data.byteLength;
          return results;
        },
      };
    },
  };
}
