import { createHash } from "node:crypto";
import { tensorBytes } from "@sdtt/core";
import { openCheckpoint, readWeight } from "@sdtt/hub";
import type { Checkpoint } from "@sdtt/hub";
import type { ModelDescription } from "@sdtt/models";
import type { Tokenizer } from "@sdtt/tokenizer";
import { openTokenizer } from "sdtt";
import type { CliContext } from "../context.ts";
import { findCheckpoint } from "../model-options.ts";
import type { CheckpointFlags } from "../model-options.ts";

/** What a checkpoint tells before it is loaded. */
export interface ExaminedModel<Description extends ModelDescription = ModelDescription> {
  readonly name: string;
  readonly checkpoint: Checkpoint<Description>;
  readonly description: Description;
  readonly tokenizer: Tokenizer;
  /** SHA-256 of its sizes and weights, in hexadecimal: what it writes follows from them and the seed. */
  readonly digest: string;
}

/** The checkpoint that a name stands for. Its weights stay where they are. */
export async function openNamedCheckpoint(
  name: string,
  flags: CheckpointFlags,
  context: CliContext,
): Promise<Checkpoint> {
  const path = await findCheckpoint(name, flags, context);
  return openCheckpoint({ path, weightSet: flags.weights, signal: context.signal });
}

/**
 * Reads a checkpoint from end to end without loading it.
 *
 * @param expect - refuses families that are of no use, as `expectDenoiser` does.
 */
export async function examineModel<Description extends ModelDescription>(
  name: string,
  flags: CheckpointFlags,
  context: CliContext,
  expect: (checkpoint: Checkpoint, name: string) => Checkpoint<Description>,
): Promise<ExaminedModel<Description>> {
  const checkpoint = expect(await openNamedCheckpoint(name, flags, context), name);
  const { description, weights } = checkpoint;
  const tokenizer = await openTokenizer(checkpoint, name);
  const hash = createHash("sha256").update(JSON.stringify(description));
  for (const [weightName, weight] of weights) {
    hash.update(JSON.stringify([weightName, weight.dtype, weight.shape]));
    hash.update(tensorBytes(await readWeight(weight, { signal: context.signal })));
  }
  return { name, checkpoint, description, tokenizer, digest: hash.digest("hex") };
}
