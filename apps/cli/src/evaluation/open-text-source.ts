import type { ResourceStack } from "@sdtt/core";
import type { Engine } from "@sdtt/runtime";
import type { CliContext } from "../context.ts";
import type { QueueFlags } from "../many-texts/queue-options.ts";
import { openModel } from "../model-options.ts";
import type { ModelFlags } from "../model-options.ts";
import { textsHere } from "./text-source.ts";
import type { TextSource } from "./text-source.ts";
import { textsElsewhere } from "./texts-elsewhere.ts";

/**
 * The texts of a diffusion model: written by the workers of a queue if one is given, else here.
 *
 * @param options.engine - on which a model is loaded here; one of its own unless given.
 * @param options.opened - gets what is to be disposed of with the texts.
 */
export async function openTextSource(
  flags: ModelFlags & QueueFlags,
  options: {
    readonly engine?: Engine | undefined;
    readonly opened: ResourceStack;
    readonly context: CliContext;
  },
): Promise<TextSource> {
  const { queue, jobTexts } = flags;
  const { engine = flags.engine, opened, context } = options;
  if (queue !== undefined) return textsElsewhere(flags, { queue, jobTexts }, context);
  return textsHere(opened.use(await openModel({ ...flags, engine }, context)), context);
}
