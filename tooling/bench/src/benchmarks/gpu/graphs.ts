import { createStream, tensor } from "@sdtt/core";
import { openCheckpoint, expectDenoiser } from "@sdtt/hub";
import { input, serialize } from "@sdtt/graph";
import type { Program } from "@sdtt/graph";
import { createParameterSource, ditHidden } from "@sdtt/models";
import { createEngine } from "@sdtt/runtime";
import type { Engine, RunRequest, Session } from "@sdtt/runtime";
import type { Benchmark, BenchmarkOptions } from "../../benchmark.ts";
import { randomCheckpoint } from "../../dit-small.ts";
import { contestant, medianRatio, race, times } from "../../harness/race.ts";
import type { Row } from "../../report.ts";
import { checkDevice, chosenSizes, gpuBatches } from "./choice.ts";
import type { Size } from "./sizes.ts";
import { computeType } from "./works.ts";

/** Rows of a text that a step reveals, of fixed number as a graph needs it: 1024 tokens in 32 steps. */
const rowsOf = (length: number) => Math.ceil(length / 32);

/** A pass of the backbone with all that it reads and writes resident: as it is, and recorded once and replayed. */
export const graphs: Benchmark = {
  summary: "a GPU: a pass of fixed shapes with everything resident, without and with CUDA graphs",
  check: checkDevice,
  async run(options) {
    const rows: Row[] = [];
    for (const size of chosenSizes(options)) {
      for (const batch of options.batches ?? gpuBatches) rows.push(...(await compare(size, batch, options)));
    }
    return { rows };
  },
};

async function compare(size: Size, batch: number, options: BenchmarkOptions): Promise<Row[]> {
  const { threads, device, rounds } = options;
  await using engine = await createEngine({ threads, device });
  const program = await fixedPass(size, batch, options);
  const request = await residentRequest(engine, size, batch);
  const results: Float32Array[] = [];
  const sessions: Session[] = [];
  for (const replay of [false, true]) {
    const session = await engine.load(program, { replay });
    sessions.push(session);
    // The first runs of a session that records are not replayed yet.
    for (let run = 0; run < 4; run++) await session.run(request);
    results.push((await request.into.hidden.read()).data as Float32Array);
  }
  const worst = results[0]!.reduce((most, value, i) => Math.max(most, Math.abs(value - results[1]![i]!)), 0);
  const names = ["as it is", "replayed"];
  const contestants = sessions.map((session, i) => contestant(names[i]!, () => session.run(request)));
  const measured = await race(contestants, 10 * rounds);
  return measured.map((timings, i) => ({
    size: size.name,
    batch,
    pass: names[i]!,
    ...times(timings),
    "time as it is / this": medianRatio(measured[0]!, timings),
    "largest difference": worst,
  }));
}

async function fixedPass(size: Size, batch: number, { cache, device }: BenchmarkOptions): Promise<Program> {
  const { name, config } = size;
  const { length } = config;
  const model = { family: "sdtt", config } as const;
  const { path } = await randomCheckpoint({ folder: cache, name: `gpu-${name}`, model });
  const { weights } = expectDenoiser(await openCheckpoint({ path }), path);
  const hidden = ditHidden({
    config,
    parameters: createParameterSource({ config, weights, matrixDtype: computeType(device) }),
    tokens: input("tokens", "int64", [batch, length]),
    rows: input("rows", "int64", [batch * rowsOf(length)]),
  });
  return serialize({ outputs: { hidden }, weights, name: "fixed" });
}

/** Everything where the engine computes; it goes with the engine. */
async function residentRequest(engine: Engine, { config }: Size, batch: number) {
  const { length, vocabSize, hiddenSize } = config;
  const stream = createStream(1);
  const ids = BigInt64Array.from({ length: batch * length }, (_, i) => BigInt(stream.uint32(i) % vocabSize));
  const count = batch * rowsOf(length);
  const places = BigInt64Array.from({ length: count }, (_, i) =>
    BigInt(i * Math.floor((batch * length) / count)),
  );
  return {
    feeds: {
      tokens: await engine.place(tensor("int64", [batch, length], ids)),
      rows: await engine.place(tensor("int64", [count], places)),
    },
    into: { hidden: await engine.allocate({ dtype: "float32", shape: [count, hiddenSize] }) },
  } satisfies RunRequest;
}
