import { nextTurn, SdttError } from "@sdtt/core";
import type { Draws, RandomStream, RowsRequest } from "@sdtt/core";
import { conditionOnTokens } from "./allowed-tokens.ts";
import { argmax, drawCategorical, gumbelRace } from "./categorical.ts";
import { checkInteger, checkOneOf } from "./check.ts";
import type { StepBatch } from "./lock-step.ts";
import { rowsOf } from "./rows-of.ts";

/**
 * How a categorical outcome is drawn: exactly, by one uniform of 53 bits; or by the float32 Gumbel race of the published
 * implementations, whose cut tail flatters generative perplexity and costs entropy: to reproduce their numbers.
 */
export type Precision = "exact" | "gumbel32";

export interface PrecisionOptions {
  /** `exact` unless given. */
  readonly precision?: Precision | undefined;
  /**
   * Rows of `[vocab]` values that one call to the model may return, where the sampler needs them all. 256 MiB of them
   * unless given: a text of 1024 tokens under GPT-2's vocabulary. More rows take more calls, counted as one pass.
   */
  readonly rowsPerCall?: number | undefined;
}

/** Rows that are drawn without a pause: some tens of milliseconds under GPT-2's vocabulary. */
const rowsPerTurn = 64;

/** Refuses what is no precision and no number of rows. */
export function checkPrecision({ precision = "exact", rowsPerCall = 1 }: PrecisionOptions): void {
  checkOneOf("precision", precision, ["exact", "gumbel32"]);
  checkInteger("rowsPerCall", rowsPerCall, 1);
}

export interface AnswerByDistributionOptions extends PrecisionOptions {
  readonly vocabSize: number;
  readonly maskId: number;
  /** The stream of each sequence. */
  readonly streams: readonly RandomStream[];
  /** What the model says at the rows, `[rows.length, vocab]`. */
  readonly evaluate: (request: RowsRequest) => Promise<Float32Array>;
  /** Turns what the model says at a row into the weights of a step's outcomes, `[vocab]`, staying masked among them. */
  readonly distribution: (row: ArrayLike<number>, step: number, weights: Float64Array) => void;
}

/** Answers a step by drawing from its distribution at every row; the mask is an outcome like any other. */
export function answerByDistribution(
  options: AnswerByDistributionOptions,
): (batch: StepBatch) => Promise<Draws> {
  const { vocabSize, maskId, streams, evaluate, distribution, precision = "exact" } = options;
  const { rowsPerCall = Math.max(1, Math.floor(2 ** 26 / vocabSize)) } = options;
  const weights = new Float64Array(vocabSize);

  function draw(batch: StepBatch, row: number, noise: readonly RandomStream[]): number {
    if (batch.greedy) return argmax(weights);
    if (precision === "exact") return drawCategorical(weights, batch.uniforms[row]!);
    const place = batch.rows[row]!;
    const race = noise[Math.floor(place / batch.length)]!;
    const first = (place % batch.length) * vocabSize;
    return gumbelRace(weights, (outcome) => race.uniform24(first + outcome));
  }

  return async (batch) => {
    const ids = new Int32Array(batch.rows.length);
    const logProbs = new Float32Array(batch.rows.length);
    const noise = batch.sequences.map((index) => streams[index]!.child("gumbel").child(batch.step));
    for (let begin = 0; begin < ids.length; begin += rowsPerCall) {
      const end = Math.min(begin + rowsPerCall, ids.length);
      const values = await evaluate(rowsOf(batch, begin, end));
      for (let row = begin; row < end; row++) {
        if (row % rowsPerTurn === rowsPerTurn - 1) await nextTurn(batch.signal);
        const offset = (row - begin) * vocabSize;
        const said = values.subarray(offset, offset + vocabSize);
        const { conditioned, logShare } = conditionOnTokens(said, batch.allowed?.[row], maskId);
        distribution(conditioned, batch.step, weights);
        const tokens = massOfTokens(weights, maskId);
        const id = draw(batch, row, noise);
        // One outcome that is not finite makes the sum so; where all are 0 there is nothing to draw.
        if (!(tokens < Infinity && weights[id]! > 0))
          throw noDistribution(weights, batch.rows[row]! % batch.length);
        ids[row] = id;
        logProbs[row] = id === maskId ? -Infinity : Math.log(weights[id]! / tokens) + logShare;
      }
    }
    return { ids, logProbs };
  };
}

function massOfTokens(weights: Float64Array, maskId: number): number {
  let total = 0;
  for (let outcome = 0; outcome < weights.length; outcome++)
    if (outcome !== maskId) total += weights[outcome]!;
  return total;
}

function noDistribution(weights: Float64Array, position: number): SdttError {
  const broken = weights.findIndex((weight) => !Number.isFinite(weight));
  const found = broken < 0 ? "gives no token a chance" : `weighs token ${broken} as ${weights[broken]}`;
  return new SdttError(
    "numeric",
    `The model ${found} at position ${position}: its output is not a distribution.`,
  );
}
