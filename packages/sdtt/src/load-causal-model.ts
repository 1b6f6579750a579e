import { SdttError } from "@sdtt/core";
import { expectCausal, openCheckpoint } from "@sdtt/hub";
import type { CausalDescription } from "@sdtt/models";
import { createCausalModel, createEngine } from "@sdtt/runtime";
import type { CausalModel } from "@sdtt/runtime";
import type { Tokenizer } from "@sdtt/tokenizer";
import type { LoadModelOptions } from "./load-model.ts";
import { locateModel } from "./locate-model.ts";
import { openTokenizer } from "./open-tokenizer.ts";

/** An autoregressive model with its tokenizer: to judge texts and to compare with. */
export interface CausalLanguageModel extends AsyncDisposable {
  /** What it was loaded as. */
  readonly name: string;
  readonly description: CausalDescription;
  readonly tokenizer: Tokenizer;
  readonly network: CausalModel;
}

/**
 * Loads an autoregressive model by name, as `loadModel` loads a diffusion model.
 *
 * @throws SdttError as `loadModel`; `checkpoint` for a model that is not autoregressive.
 */
export async function loadCausalModel(
  name: string,
  options: LoadModelOptions = {},
): Promise<CausalLanguageModel> {
  const { engine: wanted = "auto", dtype, weightSet, signal } = options;
  const path = await locateModel(name, options);
  const checkpoint = expectCausal(await openCheckpoint({ path, weightSet, signal }), name);
  const tokenizer = await openTokenizer(checkpoint, name);
  const { description, weights } = checkpoint;
  const { config } = description;
  if (tokenizer.vocabSize + 1 !== config.vocabSize) {
    throw new SdttError(
      "checkpoint",
      `${name}: the tokenizer has ${tokenizer.vocabSize} ids, the model ${config.vocabSize} with the mask; expected one more. They do not belong together.`,
    );
  }
  await using opened = new AsyncDisposableStack();
  const engine =
    typeof wanted === "string" ? opened.use(await createEngine({ ...options, engine: wanted })) : wanted;
  const network = opened.use(await createCausalModel({ engine, config, weights, dtype }));
  const owned = opened.move();
  return {
    name,
    description,
    tokenizer,
    network,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
