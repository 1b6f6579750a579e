import { noiseVectors } from "@sdtt/core";
import type { RandomStream, RowsRequest } from "@sdtt/core";
import type { DitConfig, HeadConfig } from "@sdtt/models";
import type { HiddenDenoiser } from "@sdtt/runtime";
import { hiddenInput } from "../../programs/objective.ts";
import { rowsTensor } from "../../training/micro-batch.ts";
import type { MicroBatch } from "../../training/micro-batch.ts";
import type { Deal } from "../../ranks/deal.ts";
import type { NoiseSettings } from "../../training/noise-settings.ts";
import { microBatchRanges, noiseBatch } from "../../training/noised-batch.ts";
import { givenInput } from "./objectives.ts";
import { drawSecondNoise } from "./second-noise.ts";

/** The three networks as they are asked for what they say. */
export interface Trio {
  readonly student: HiddenDenoiser;
  readonly fake: HiddenDenoiser;
  readonly teacher: HiddenDenoiser;
}

export interface PairedBatchesOptions extends NoiseSettings {
  readonly config: HeadConfig & Pick<DitConfig, "noiseSize">;
  readonly length: number;
  readonly microBatchSize: number;
  readonly reverseSteps?: number | undefined;
  /** Whether the fake's batches bring what the teacher says. */
  readonly heldToTeacher: boolean;
}

/** The NELBO's weight is 1 / t: MDLM's least time. */
const leastTime = 1e-3;

/**
 * Micro-batches of the student and of the fake from blocks, `[n, length]` (IDLM, ICML 2026): the student fills in a masked
 * text, which is masked again; the fake and the teacher say what they make of that. Both losses are in nats per token. The
 * student's leaves out positions that it was shown, which have no gradient.
 */
export async function* pairedBatches(
  options: PairedBatchesOptions & { readonly networks: Trio },
  blocks: Int32Array,
  {
    noise,
    draws,
    deal,
    signal,
  }: { noise: RandomStream; draws: RandomStream; deal: Deal; signal?: AbortSignal | undefined },
): AsyncGenerator<[student: MicroBatch, fake: MicroBatch]> {
  const { config, length, networks } = options;
  const maskId = config.vocabSize - 1;
  const noising = { ...options, clean: blocks, maskId, leastTime, stream: noise };
  const { noised, times, revealShares } = noiseBatch(noising);
  const second = drawSecondNoise({
    ...options,
    first: Uint8Array.from(noised, (id) => (id === maskId ? 1 : 0)),
    times,
    revealShares,
    leastTime,
    stream: noise.child("second"),
  });
  for (const { start, end } of microBatchRanges(times.length, options.microBatchSize, deal)) {
    const [from, to, batch] = [start * length, end * length, end - start];
    const first = noised.subarray(from, to);
    const masked = second.masked.subarray(from, to);
    const streams = Array.from({ length: batch }, (_, i) => draws.child(start + i));
    const noiseSeeds = Float64Array.from(streams, (stream) => stream.child("noise input").uniform(0));
    const grid = { tokens: first, batch, length, noiseSeeds, signal };
    const filling = await fillIn(networks.student, grid, (row) =>
      streams[Math.floor(row / length)]!.uniform(row % length),
    );
    const tokens = filling.ids.map((id, row) => (masked[row] === 1 ? maskId : id));
    const rows = rowsOf(masked, 1);
    const hidden = filling.hiddenOf(rows);
    const unseen = rows.filter((row) => first[row] === maskId);
    const weightOf = (row: number) => second.weights[start + Math.floor(row / length)]! / blocks.length;
    const weights = (of: Int32Array) => Float32Array.from(of, weightOf);
    const input = (network: string, values: Float32Array) => ({
      [hiddenInput(network)]: rowsTensor(values, config.hiddenSize),
    });
    const ask = async (network: HiddenDenoiser, wanted: Int32Array) =>
      wanted.length === 0
        ? new Float32Array(0)
        : network.hiddenRows({ tokens, batch, length, rows: wanted, signal });
    const ofFake = await ask(networks.fake, unseen);
    const ofTeacher = await ask(networks.teacher, options.heldToTeacher ? rows : unseen);
    const ofUnseen = options.heldToTeacher ? pickRows(ofTeacher, rows, unseen, config.hiddenSize) : ofTeacher;
    yield [
      {
        tokens: first,
        // Those that it was asked with; the fake and the teacher have none.
        noise: config.noiseSize === undefined ? undefined : noiseVectors(noiseSeeds, config.noiseSize),
        rows: unseen,
        rowWeights: weights(unseen),
        rowInputs: { ...input("fake", ofFake), ...input("teacher", ofUnseen) },
      },
      {
        tokens,
        rows,
        rowWeights: weights(rows),
        rowInputs: {
          ...input("student", hidden),
          ...(options.heldToTeacher ? input("teacher", ofTeacher) : {}),
          ...givenInput(rows.map((row) => (first[row] === maskId ? -1 : first[row]!))),
        },
      },
    ];
  }
}

/** Draws each masked position from the distribution of one pass. */
async function fillIn(
  student: HiddenDenoiser,
  grid: Omit<RowsRequest, "rows">,
  uniformOf: (row: number) => number,
) {
  const { tokens } = grid;
  const width = student.hiddenSize;
  const rows = rowsOf(tokens, student.maskId);
  const uniforms = Float64Array.from(rows, uniformOf);
  const ids = tokens.slice();
  const places = new Map(Array.from(rows, (row, place) => [row, place]));
  const drawn = rows.length === 0 ? undefined : await student.drawWithHidden({ ...grid, rows, uniforms });
  rows.forEach((row, place) => (ids[row] = drawn!.ids[place]!));
  return {
    ids,
    /** Final hidden rows, `[rows, hidden]`; zero for a row that was not masked. */
    hiddenOf(wanted: Int32Array): Float32Array {
      const hidden = new Float32Array(wanted.length * width);
      wanted.forEach((row, i) => {
        const place = places.get(row);
        if (place === undefined) return;
        hidden.set(drawn!.hidden.subarray(place * width, (place + 1) * width), i * width);
      });
      return hidden;
    },
  };
}

/** Of the values of rows, `[rows, width]`, those of some of the rows. Both ascend. */
function pickRows(values: Float32Array, rows: Int32Array, wanted: Int32Array, width: number): Float32Array {
  const picked = new Float32Array(wanted.length * width);
  let place = 0;
  wanted.forEach((row, i) => {
    while (rows[place] !== row) place++;
    picked.set(values.subarray(place * width, (place + 1) * width), i * width);
  });
  return picked;
}

function rowsOf(values: Int32Array | Uint8Array, wanted: number): Int32Array {
  return Int32Array.from([...values.keys()].filter((row) => values[row] === wanted));
}
