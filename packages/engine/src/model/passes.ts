import type { RowsRequest } from "@sdtt/core";

/** One run of the backbone: some of the sequences, and the rows that are wanted of them. */
export interface Pass {
  /** Ids, `[batch * length]`. */
  readonly tokens: Int32Array;
  readonly batch: number;
  readonly length: number;
  /** Indices into this pass's grid. */
  readonly rows: Int32Array;
  /** For each of `rows`, its place among the rows of the request. */
  readonly places: Int32Array;
  readonly sigma?: Float32Array;
  /** One for each of the sequences; absent where their random vectors are zero. */
  readonly noiseSeeds?: Float64Array;
}

export interface PassOptions {
  /** Of models that fill in masks. */
  readonly maskId?: number | undefined;
  readonly timeConditioning: boolean;
  /** Whether the model has a noise input; it has none unless given. */
  readonly hasNoise?: boolean | undefined;
  /** Bounds the memory of activations: a pass holds at most this many positions, but at least one sequence. */
  readonly maxPositions: number;
}

/**
 * Cuts a request into passes. Sequences of which no row is wanted are left out. Sequences that are all mask look the same
 * from every row, whatever their length, so one pass over a single masked position answers for all of them: the first
 * step of unconditional sampling is nearly free, but not where each sequence has a random vector of its own. That holds per
 * sequence, so what a sequence gets does not depend on the others.
 */
export function planPasses(
  request: RowsRequest,
  { maskId, timeConditioning, hasNoise = false, maxPositions }: PassOptions,
): Pass[] {
  const { tokens, batch, length } = request;
  // Samplers name the noise level, and seeds, to every model; most are not told.
  const sigma = timeConditioning ? request.sigma : undefined;
  const noiseSeeds = hasNoise ? request.noiseSeeds : undefined;
  const wanted = rowsBySequence(request);
  const uniform: number[] = [];
  const others: number[] = [];
  for (let sequence = 0; sequence < batch; sequence++) {
    if (wanted[sequence]!.length === 0) continue;
    const ids = tokens.subarray(sequence * length, (sequence + 1) * length);
    const isAllMask =
      maskId !== undefined && !timeConditioning && !noiseSeeds && ids.every((id) => id === maskId);
    (isAllMask ? uniform : others).push(sequence);
  }
  const passes: Pass[] = [];
  if (uniform.length > 0) {
    const places = Int32Array.from(uniform.flatMap((sequence) => wanted[sequence]!));
    passes.push({
      tokens: Int32Array.of(maskId!),
      batch: 1,
      length: 1,
      rows: new Int32Array(places.length),
      places,
    });
  }
  const perPass = Math.max(1, Math.floor(maxPositions / length));
  for (let start = 0; start < others.length; start += perPass) {
    const chosen = others.slice(start, start + perPass);
    const grid = new Int32Array(chosen.length * length);
    chosen.forEach((sequence, i) =>
      grid.set(tokens.subarray(sequence * length, (sequence + 1) * length), i * length),
    );
    const places = Int32Array.from(chosen.flatMap((sequence) => wanted[sequence]!));
    const rows = Int32Array.from(
      chosen.flatMap((sequence, i) =>
        wanted[sequence]!.map((place) => request.rows[place]! + (i - sequence) * length),
      ),
    );
    const levels = sigma ? { sigma: Float32Array.from(chosen, (sequence) => sigma[sequence]!) } : {};
    const seeds = noiseSeeds
      ? { noiseSeeds: Float64Array.from(chosen, (sequence) => noiseSeeds[sequence]!) }
      : {};
    passes.push({ tokens: grid, batch: chosen.length, length, rows, places, ...levels, ...seeds });
  }
  return passes;
}

/**
 * The same work in two passes over half of the sequences each, for a device that has no room for all at once. What a row
 * gets does not depend on what else is in its pass.
 */
export function splitPass(pass: Pass): Pass[] {
  const middle = Math.ceil(pass.batch / 2);
  return [
    [0, middle],
    [middle, pass.batch],
  ].map(([from, to]) => {
    const { length, sigma, noiseSeeds } = pass;
    const [start, end] = [from! * length, to! * length];
    const chosen = [...pass.rows.keys()].filter((i) => pass.rows[i]! >= start && pass.rows[i]! < end);
    return {
      tokens: pass.tokens.subarray(start, end),
      batch: to! - from!,
      length,
      rows: Int32Array.from(chosen, (i) => pass.rows[i]! - start),
      places: Int32Array.from(chosen, (i) => pass.places[i]!),
      ...(sigma ? { sigma: sigma.subarray(from, to) } : {}),
      ...(noiseSeeds ? { noiseSeeds: noiseSeeds.subarray(from, to) } : {}),
    };
  });
}

/** For each sequence, the places in `rows` that belong to it. */
function rowsBySequence({ batch, length, rows }: RowsRequest): number[][] {
  const wanted = Array.from({ length: batch }, (): number[] => []);
  rows.forEach((row, place) => wanted[Math.floor(row / length)]!.push(place));
  return wanted;
}
