import type { Command } from "commander";
import { Option } from "commander";
import { SdttError } from "@sdtt/core";
import { distillationMethods } from "@sdtt/hub";
import type { DistillationMethod, ModelOrigin, WeightSet } from "@sdtt/hub";
import type { Provenance } from "sdtt";

/** What a person says of how a checkpoint was made. */
export interface OriginFlags {
  readonly data?: string;
  readonly teacher?: string;
  readonly method?: DistillationMethod;
  readonly source?: string;
  readonly weights?: WeightSet;
}

export function addOriginOptions(command: Command): Command {
  return command
    .option("--data <text>", "what it was trained or distilled on")
    .option("--teacher <model>", "what it was distilled from; needs --data")
    .addOption(
      new Option("--method <name>", "how it was distilled; needs --teacher").choices(distillationMethods),
    )
    .addOption(
      new Option("--source <model>", "what it was converted from").conflicts(["data", "teacher", "method"]),
    )
    .addOption(
      new Option("--weights <set>", "which weights of a training run they are").choices(["ema", "raw"]),
    );
}

/**
 * How a checkpoint was made: as the person says, else as the checkpoint itself does.
 *
 * @throws SdttError `usage` if neither says it.
 */
export function settleOrigin(flags: OriginFlags, stated: Provenance | undefined): Provenance {
  const { data, teacher, method, weights } = flags;
  if (method !== undefined && teacher === undefined) {
    throw new SdttError("usage", "--method needs --teacher: it says how a student was distilled.");
  }
  if (teacher !== undefined && data === undefined) {
    throw new SdttError(
      "usage",
      "--teacher needs --data: a student is distilled from a teacher on some data.",
    );
  }
  const origin = originOf(flags) ?? stated?.origin;
  if (!origin) {
    throw new SdttError(
      "usage",
      "It is not known how this model was made: give --data, --data with --teacher, or --source, or put a README.md beside it.",
    );
  }
  return { ...stated, origin, weights: weights ?? stated?.weights ?? "raw" };
}

function originOf({ data, teacher, method, source }: OriginFlags): ModelOrigin | undefined {
  if (source !== undefined) return { kind: "converted", source };
  if (data === undefined) return undefined;
  return teacher === undefined ? { kind: "trained", data } : { kind: "distilled", teacher, data, method };
}
