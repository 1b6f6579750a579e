/**
 * Adds slices that lie one after the other, in their order: the first ones of all, then the second ones. In float64, rounded once.
 *
 * @param slices - `[ranks * into.length]`
 */
export function sumSlices(slices: Float32Array | Float64Array, into: Float32Array | Float64Array): void {
  const { length } = into;
  for (let i = 0; i < length; i++) {
    let total = 0;
    for (let place = i; place < slices.length; place += length) total += slices[place]!;
    into[i] = total;
  }
}
