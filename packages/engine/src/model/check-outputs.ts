import { firstNotFinite, SdttError } from "@sdtt/core";
import type { RowsRequest } from "@sdtt/core";

/** What numbers were asked for: of these rows, one or several numbers each. */
type Place = Pick<RowsRequest, "rows" | "length">;

/** A network's hidden rows, `[places.length, width]`, are finite. Throws `numeric` naming the position. */
export function checkHidden(hidden: Float32Array, places: Int32Array, width: number, request: Place): void {
  const broken = firstNotFinite(hidden);
  if (broken < 0) return;
  throw outputError("hidden row", hidden[broken]!, places[Math.floor(broken / width)]!, request);
}

/** So are the log-probabilities, `[rows]`, of the tokens drawn at the places: what has no chance is not drawn. */
export function checkDraws(places: Int32Array, logProbs: Float32Array, request: Place): void {
  const broken = places.find((place) => !Number.isFinite(logProbs[place]!));
  if (broken !== undefined) throw outputError("log-probability", logProbs[broken]!, broken, request);
}

/** Logarithms and logits, `[places.length, width]`, may be -Infinity: a token without a chance. */
export function checkLogs(
  what: "log-probability" | "log score" | "logit",
  values: Float32Array,
  places: Int32Array,
  request: Place,
): void {
  const width = values.length / places.length;
  for (let i = 0; i < values.length; i++) {
    if (!(values[i]! < Infinity))
      throw outputError(what, values[i]!, places[Math.floor(i / width)]!, request);
  }
}

function outputError(what: string, value: number, place: number, { rows, length }: Place): SdttError {
  const row = rows[place]!;
  return new SdttError(
    "numeric",
    `The network gives a ${what} of ${value} at position ${row % length} of text ${Math.floor(row / length)}, though no weight that it read is broken: it left the range of its number type. Compute in float32, or use another checkpoint.`,
  );
}
