import { SdttError } from "@sdtt/core";
import {
  add,
  cast,
  dimensionSize,
  divide,
  equal,
  gather,
  input,
  linear,
  multiply,
  multiplyDimensions,
  range,
  reshape,
  scalar,
} from "@sdtt/graph";
import type { Dimension, Value } from "@sdtt/graph";
import type { DitConfig } from "./config.ts";
import type { ParameterSource } from "./parameter-source.ts";
import { noiseProjection } from "./parameters.ts";

export interface EmbedOptions {
  readonly config: DitConfig;
  readonly parameters: ParameterSource;
  /** Ids, int64 `[batch, length]`. */
  readonly tokens: Value;
  /** Random vectors, float32 `[batch, noiseSize]`, for models with a noise input. */
  readonly noise?: Value | undefined;
}

/** The input of a program for the random vectors, where the model has one. */
export function noiseInput({ noiseSize }: DitConfig, batch: Dimension): Value | undefined {
  return noiseSize === undefined ? undefined : input("noise", "float32", [batch, noiseSize]);
}

/**
 * What the first block reads, `[batch * length, hidden]`: the embeddings of the ids and, at masks, the projected random vector
 * of their sequence.
 */
export function embedTokens({ config, parameters, tokens, noise }: EmbedOptions): Value {
  const [batch, length] = tokens.shape as [Dimension, Dimension];
  const positions = multiplyDimensions(batch, length);
  const ids = reshape(tokens, [positions]);
  const embedded = parameters.rows("vocab_embed.embedding", ids);
  if (config.noiseSize === undefined) return embedded;
  if (!noise)
    throw new SdttError("usage", "This model has a noise input: it needs a random vector for each sequence.");
  const projected = linear(cast(noise, parameters.dtype), parameters.get(noiseProjection));
  const ofPosition = gather(projected, divide(range(positions), dimensionSize(length)));
  const isMask = cast(
    equal(reshape(ids, [positions, 1]), scalar("int64", config.vocabSize - 1)),
    parameters.dtype,
  );
  return add(embedded, multiply(ofPosition, isMask));
}
