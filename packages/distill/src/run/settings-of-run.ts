import type { ModelDescription } from "@sdtt/models";
import { flattenSettings } from "../checkpoint/settings.ts";
import type { RunSettings } from "../checkpoint/state-file.ts";
import { resolveRunOptions } from "./run-options.ts";
import type { RunOptions } from "./run-options.ts";

/**
 * All that decides which weights a run ends with, but for how long it runs. Whether blocks are computed again does not.
 *
 * @param particular - what a task adds to what all runs have.
 */
export function settingsOfRun(options: RunOptions, model: ModelDescription, particular: object): RunSettings {
  const { source, batchSize, optimizer } = options;
  const { schedule, recompute: _, maskOrder, keepBos, ...resolved } = resolveRunOptions(options);
  const { blockCount, length, fingerprint } = source;
  const common = {
    model: model.config,
    data: { blockCount, length, fingerprint },
    batchSize,
    ...resolved,
    // Not said by runs that are older than these choices.
    maskOrder: maskOrder === "random" ? undefined : maskOrder,
    keepBos: keepBos || undefined,
    schedule: schedule.name,
    optimizer,
  };
  return { ...flattenSettings({ ...common, ...particular }), ...options.settings };
}
