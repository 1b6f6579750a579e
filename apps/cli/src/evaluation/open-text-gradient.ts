import { createTextGradient } from "@sdtt/distill";
import type { TextGradients } from "@sdtt/distill";
import type { Engine } from "@sdtt/runtime";
import type { CliContext } from "../context.ts";
import type { CheckpointFlags } from "../model-options.ts";
import { openNamedCheckpoint } from "./examine-model.ts";

/** The gradients of a judge at texts, for Gradient Moment. */
export async function openTextGradient(
  name: string,
  options: { readonly flags: CheckpointFlags; readonly engine: Engine; readonly context: CliContext },
): Promise<TextGradients> {
  const { flags, engine, context } = options;
  return createTextGradient({ ...(await openNamedCheckpoint(name, flags, context)), engine });
}
