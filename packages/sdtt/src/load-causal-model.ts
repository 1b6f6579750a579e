import { createResourceStack } from "@sdtt/core";
import { expectCausal, openCheckpoint } from "@sdtt/hub";
import { createCausalLanguageModel, expectTokenizerFits } from "@sdtt/language-model";
import type { CausalLanguageModel } from "@sdtt/language-model";
import { createCausalModel, createEngine } from "@sdtt/runtime";
import type { LoadModelOptions } from "./load-model.ts";
import { locateModel } from "./locate-model.ts";
import { openTokenizer } from "./open-tokenizer.ts";

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
  expectTokenizerFits(name, tokenizer, description);
  await using opened = createResourceStack();
  const engine =
    typeof wanted === "string" ? opened.use(await createEngine({ ...options, engine: wanted })) : wanted;
  const network = opened.use(await createCausalModel({ engine, description, weights, dtype }));
  const owned = opened.move();
  return createCausalLanguageModel({ name, description, tokenizer, network, device: engine.device, owned });
}
