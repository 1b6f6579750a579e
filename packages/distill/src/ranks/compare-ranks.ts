import { createHash } from "node:crypto";
import { SdttError } from "@sdtt/core";
import type { Collective } from "@sdtt/core";
import type { RunSettings } from "../checkpoint/state-file.ts";
import type { BatchOrder, BlockSource } from "../training/block-source.ts";
import { tellAll } from "./tell.ts";

/**
 * Throws `usage`, at every rank, if a rank would compute something else than rank 0.
 *
 * @param own - all that ranks must have in common, by name.
 */
export async function compareRanks(ranks: Collective, own: RunSettings): Promise<void> {
  if (ranks.size === 1) return;
  const [expected, ...others] = await tellAll(ranks, own);
  const bad = others.flatMap((got, i) => {
    const differences = differencesOf(expected!, got);
    return differences.length === 0 ? [] : [`Rank ${i + 1}: ${differences.join("; ")}.`];
  });
  if (bad.length === 0) return;
  throw new SdttError(
    "usage",
    `Not all ranks were started alike. ${bad.join(" ")} Start all of them with the same version, settings and data.`,
  );
}

function differencesOf(expected: RunSettings, got: RunSettings): string[] {
  const show = (value: unknown) => (value === undefined ? "not set" : JSON.stringify(value));
  return [...new Set([...Object.keys(expected), ...Object.keys(got)])]
    .filter((name) => expected[name] !== got[name])
    .map((name) => `${name} is ${show(got[name])}, expected ${show(expected[name])}`);
}

/** Batches whose order is compared. */
const comparedBatches = 16;

/** SHA-256 of the order of the first batches, and of the first batch itself. */
export async function digestOfData(source: BlockSource, order: BatchOrder): Promise<string> {
  const hash = createHash("sha256");
  for (let batch = 0; batch < comparedBatches; batch++) hash.update(Float64Array.from(order.at(batch)));
  hash.update(await source.read(order.at(0)));
  return hash.digest("hex");
}
