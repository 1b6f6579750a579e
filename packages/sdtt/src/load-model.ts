import { createResourceStack } from "@sdtt/core";
import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import type { WeightSet } from "@sdtt/hub";
import { createLanguageModel, drawSettingsOf, expectTokenizerFits } from "@sdtt/language-model";
import type { DrawOptions, LanguageModel } from "@sdtt/language-model";
import type { ComputeType } from "@sdtt/models";
import { createDenoiser, createEngine, createScoreModel } from "@sdtt/runtime";
import type { Engine, EngineOptions, HiddenDenoiser, HiddenScoreModel } from "@sdtt/runtime";
import { locateModel } from "./locate-model.ts";
import type { LocateModelOptions } from "./locate-model.ts";
import { openTokenizer } from "./open-tokenizer.ts";

export interface LoadModelOptions extends LocateModelOptions {
  /** Threads to compute with on the CPU; as many as the process may use unless given. */
  readonly threads?: number | undefined;
  /** `cpu` unless given. `auto` takes a GPU with CUDA where there is one; the model's `device` says what it took. */
  readonly device?: EngineOptions["device"];
  /** Which GPU, and how it is used. */
  readonly gpu?: EngineOptions["gpu"];
  /**
   * What the blocks' products and attention are computed in; float32 unless given. bfloat16 is for CUDA. int8, for the CPU, is
   * of the products alone: faster, with slightly different probabilities; a seed still gives one text, whatever
   * the batch and the threads. Weights that are not stored in int8 are quantised as the model loads.
   */
  readonly dtype?: ComputeType | undefined;
  /** How ONNX Runtime is called; or an engine of your own, which the model then leaves open. `auto` unless given. */
  readonly engine?: EngineOptions["engine"] | Engine;
  /**
   * The request that comes first, if it is known. What its draws take is then loaded beside the network, so that the first words
   * come sooner; requests may differ all the same.
   */
  readonly drawAs?: DrawOptions | undefined;
  /** Which weights of a training checkpoint; the EMA where there is one unless given. */
  readonly weightSet?: WeightSet | undefined;
}

/** A model of a checkpoint, whose network also gives hidden rows and raw logits, `[rows, vocab]`. */
export type LoadedModel = LanguageModel<HiddenDenoiser | HiddenScoreModel>;

/**
 * Loads a model by name: `tiny`, which is bundled; a named one such as `sdtt:kld/7`; `org/name@revision` of the Hub; or a
 * folder or file.
 *
 * Weights are looked through as the model loads; one that is not finite is an error of the first call that would use them.
 *
 * @throws SdttError of every code but `numeric`: the name, the network, the files, the machine.
 */
export async function loadModel(name = "tiny", options: LoadModelOptions = {}): Promise<LoadedModel> {
  const { engine: wanted = "auto", dtype, drawAs: request, weightSet, signal } = options;
  const path = await locateModel(name, options);
  const checkpoint = expectDenoiser(await openCheckpoint({ path, weightSet, signal }), name);
  const { description, weights, samplingDefaults = {} } = checkpoint;
  const drawAs = request && drawSettingsOf(request, samplingDefaults);

  await using opened = createResourceStack();
  const engine =
    typeof wanted === "string" ? opened.use(await createEngine({ ...options, engine: wanted })) : wanted;
  const create = description.family === "sedd" ? createScoreModel : createDenoiser;
  // The network loads on other threads, while the tokenizer is read on this one.
  const loading = create({ engine, description, weights, dtype, drawAs, signal });
  const settled = Promise.allSettled([loading]);
  opened.defer(async () => {
    const [network] = await settled;
    if (network.status === "fulfilled") await network.value[Symbol.asyncDispose]();
  });
  const tokenizer = await openTokenizer(checkpoint, name);
  expectTokenizerFits(name, tokenizer, description);
  const network = await loading;
  const owned = opened.move();
  return createLanguageModel({
    name,
    description,
    tokenizer,
    network,
    samplingDefaults,
    device: engine.device,
    owned: [owned],
  });
}
