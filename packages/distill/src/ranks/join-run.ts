import type { Collective } from "@sdtt/core";
import manifest from "../../package.json" with { type: "json" };
import type { RunSettings } from "../checkpoint/state-file.ts";
import type { BatchOrder, BlockSource } from "../training/block-source.ts";
import { compareRanks, digestOfData } from "./compare-ranks.ts";

/** Throws `usage`, at every rank, if one of them was started with another version, other settings or other data than rank 0. */
export async function joinRun(
  ranks: Collective,
  settings: RunSettings,
  { source, order }: { source: BlockSource; order: BatchOrder },
): Promise<void> {
  if (ranks.size === 1) return;
  const { version } = manifest;
  await compareRanks(ranks, { version, ...settings, "data order": await digestOfData(source, order) });
}
