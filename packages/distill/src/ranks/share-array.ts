import type { Collective } from "@sdtt/core";
import type { ResidentTensor } from "@sdtt/runtime";
import { flatWindows } from "../state/flat-layout.ts";
import type { Fill } from "../state/flat-layout.ts";

/** Numbers that are in ordinary memory at a time. */
const windowSize = 4 * 2 ** 20;

/** Runs over a flat array of float32, window by window. */
async function overWindows(
  flat: ResidentTensor,
  change: (values: Float32Array) => Promise<void>,
): Promise<void> {
  for (const { offset, count } of flatWindows(flat.shape[0]!, windowSize)) {
    const window = flat.view(offset, [count]);
    const values = await window.read();
    await change(values.data as Float32Array);
    await window.write(values);
  }
}

/** Adds up an array over the ranks, in place. */
export async function sumArray(ranks: Collective, flat: ResidentTensor): Promise<void> {
  if (ranks.size > 1) await overWindows(flat, (values) => ranks.sum(values));
}

/** Fills at rank 0, and gives the others what came of it: only rank 0 needs the files, and all have the same bits. */
export function fillAll(ranks: Collective, fill: Fill): Fill {
  if (ranks.size === 1) return fill;
  return async (flat) => {
    if (ranks.rank === 0) await fill(flat);
    await overWindows(flat, ({ buffer, byteOffset, byteLength }) =>
      ranks.broadcast(new Uint8Array(buffer, byteOffset, byteLength), 0),
    );
  };
}
