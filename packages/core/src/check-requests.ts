import type { DrawRequest, RowsRequest, TokenSet } from "./denoiser.ts";
import { SdttError } from "./errors.ts";

/**
 * Refuses what a network may take in silence: an id of -1 wraps around, a uniform of 1.5 or NaN draws something.
 *
 * @throws SdttError `usage` naming the place and the range.
 */
export function checkRowsRequest(request: RowsRequest, vocabSize: number): void {
  const { tokens, batch, length, rows, sigma, noiseSeeds } = request;
  if (!(Number.isInteger(batch) && batch > 0 && Number.isInteger(length) && length > 0)) {
    throw new SdttError("usage", `Batch and length are positive integers; got ${batch} and ${length}.`);
  }
  if (tokens.length !== batch * length) {
    throw new SdttError("usage", `Expected batch * length = ${batch * length} tokens; got ${tokens.length}.`);
  }
  checkRange("Token", tokens, vocabSize);
  checkRange("Row", rows, batch * length);
  if (sigma && sigma.length !== batch) {
    throw new SdttError("usage", `Expected one sigma for each of ${batch} sequences; got ${sigma.length}.`);
  }
  if (noiseSeeds) checkNoiseSeeds(noiseSeeds, batch);
}

function checkNoiseSeeds(seeds: Float64Array, batch: number): void {
  if (seeds.length !== batch) {
    throw new SdttError(
      "usage",
      `Expected one noise seed for each of ${batch} sequences; got ${seeds.length}.`,
    );
  }
  const outside = seeds.findIndex((seed) => !(seed > 0 && seed < 1));
  if (outside < 0) return;
  throw new SdttError("usage", `Noise seed ${outside} is ${seeds[outside]}: it must lie between 0 and 1.`);
}

/** As `checkRowsRequest`, and the parameters of the draw. */
export function checkDrawRequest(request: DrawRequest, vocabSize: number): void {
  checkRowsRequest(request, vocabSize);
  const { rows, uniforms } = request;
  if (uniforms.length !== rows.length) {
    throw new SdttError(
      "usage",
      `Expected one uniform for each of ${rows.length} rows; got ${uniforms.length}.`,
    );
  }
  const outside = uniforms.findIndex((u) => !(u > 0 && u < 1));
  if (outside >= 0) {
    throw new SdttError("usage", `Uniform ${outside} is ${uniforms[outside]}: it must lie between 0 and 1.`);
  }
  checkDrawSettings(request);
  checkAllowed(request, vocabSize);
}

/** Sets of the model's ids, each with a token to draw. */
function checkAllowed({ rows, allowed }: DrawRequest, vocabSize: number): void {
  if (!allowed) return;
  if (allowed.length !== rows.length) {
    throw new SdttError(
      "usage",
      `Expected a set of allowed tokens, or undefined, for each of ${rows.length} rows; got ${allowed.length}.`,
    );
  }
  const isSound = (set: TokenSet) => set.length === vocabSize && set.at(-1) === 0 && set.includes(1);
  const broken = [...new Set(allowed)].find((set) => set && !isSound(set));
  if (!broken) return;
  const row = allowed.indexOf(broken);
  throw new SdttError(
    "usage",
    `The tokens allowed at row ${row} must be a set of some of ${vocabSize} ids, without the mask.`,
  );
}

/** The parameters that shape a draw. */
export function checkDrawSettings({
  temperature = 1,
  topK,
  topP = 1,
  nucleus = "reach",
}: Pick<DrawRequest, "temperature" | "topP" | "topK" | "nucleus">): void {
  if (!(temperature > 0 && temperature < Infinity)) {
    throw new SdttError("usage", `The temperature must be above 0; got ${temperature}.`);
  }
  if (!(topP > 0 && topP <= 1))
    throw new SdttError("usage", `top-p must be above 0 and at most 1; got ${topP}.`);
  if (nucleus !== "reach" && nucleus !== "within")
    throw new SdttError("usage", `nucleus must be reach or within; got ${String(nucleus)}.`);
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1)) {
    throw new SdttError("usage", `top-k must be an integer of at least 1; got ${topK}.`);
  }
}

/** One id for each row, of those that can be drawn: the mask is no target, as it has no probability. */
export function checkTargets(targets: Int32Array, rowCount: number, tokens: number): void {
  if (targets.length !== rowCount) {
    throw new SdttError("usage", `Expected one target for each of ${rowCount} rows; got ${targets.length}.`);
  }
  checkRange("Target", targets, tokens);
}

function checkRange(what: string, values: Int32Array, bound: number): void {
  const outside = values.findIndex((value) => value < 0 || value >= bound);
  if (outside >= 0) {
    throw new SdttError(
      "usage",
      `${what} ${values[outside]} at index ${outside} is out of range: 0 to ${bound - 1}.`,
    );
  }
}
