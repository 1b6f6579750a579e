/** Bytes that each rank sends, and receives, when so many float32 numbers are added up over the ranks. */
export function reductionBytes({ numbers, ranks }: { numbers: number; ranks: number }): number {
  return (2 * (ranks - 1) * 4 * numbers) / ranks;
}
