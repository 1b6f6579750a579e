/** The place among the stops of a slider, all above 0, that a value is nearest to by its ratio. */
export function nearest(stops: readonly number[], value: number): number {
  const distances = stops.map((stop) => Math.abs(Math.log(stop / value)));
  return distances.indexOf(Math.min(...distances));
}
