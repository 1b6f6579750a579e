/** Copies row i of `part`, `[places.length, width]`, to row `places[i]` of `whole`. */
export function scatterRows(
  part: Float32Array,
  places: Int32Array,
  width: number,
  whole: Float32Array,
): void {
  places.forEach((place, i) => whole.set(part.subarray(i * width, (i + 1) * width), place * width));
}
