import type { RowsRequest } from "@sdtt/core";

/** A part of a request: some of its rows, and of its sequences those that the rows lie in. Rows ascend. */
export function rowsOf(request: RowsRequest, begin: number, end: number): RowsRequest {
  const { tokens, length, rows, sigma, noiseSeeds, signal } = request;
  const first = Math.floor(rows[begin]! / length);
  const last = Math.floor(rows[end - 1]! / length);
  return {
    tokens: tokens.subarray(first * length, (last + 1) * length),
    batch: last - first + 1,
    length,
    rows: rows.subarray(begin, end).map((row) => row - first * length),
    sigma: sigma?.subarray(first, last + 1),
    noiseSeeds: noiseSeeds?.subarray(first, last + 1),
    signal,
  };
}
