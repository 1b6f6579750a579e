import { createResourceStack, elementCount } from "@sdtt/core";
import type { ResourceStack } from "@sdtt/core";
import { createDenoiser, createScoreModel } from "@sdtt/engine";
import type { Engine, HiddenDenoiser, HiddenScoreModel } from "@sdtt/engine";
import { chooseTokenizer, createLanguageModel } from "@sdtt/language-model";
import type { LanguageModel } from "@sdtt/language-model";
import { ditParameters } from "@sdtt/models";
import type { ComputeType } from "@sdtt/models";
import { createWebEngine } from "./engine/create-engine.ts";
import type { WebEngineOptions } from "./engine/create-engine.ts";
import { expectRoomForFiles, expectRoomForModel } from "./expect-room.ts";
import { fetchModel } from "./fetch-model.ts";
import type { LoadProgress } from "./fetch-model.ts";
import { locateModel } from "./locate-model.ts";
import { readCheckpoint } from "./read-checkpoint.ts";
import { createStore } from "./weights/store.ts";
import type { ModelCaches } from "./weights/store.ts";

export interface LoadModelOptions extends WebEngineOptions {
  /** An engine of your own, which the model then leaves open; one is made of the other options unless given. */
  readonly engine?: Engine | PromiseLike<Engine> | undefined;
  /**
   * What the blocks' products are computed in; float32 unless given. int8 takes less memory, with slightly different
   * probabilities.
   */
  readonly dtype?: Exclude<ComputeType, "bfloat16"> | undefined;
  /** Of the Hub; `https://huggingface.co` unless given. */
  readonly endpoint?: string | undefined;
  /** Bytes of the model that have arrived. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  readonly fetch?: typeof fetch | undefined;
  /** Where the model is kept; the browser's unless given. */
  readonly caches?: ModelCaches | undefined;
}

/** A model in a page. Everything else of it is as in Node. */
export interface LoadedModel extends LanguageModel<HiddenDenoiser | HiddenScoreModel> {
  /** Bytes of its files. */
  readonly size: number;
}

/**
 * Loads a model into the page: from a folder of the web (`./models/tiny/`), or from the Hub by name (`sdtt:kld/7`,
 * `org/name@revision`). Its files are fetched, checked by their SHA-256 and kept by the browser; a download that broke is
 * resumed.
 *
 * @throws SdttError `usage` for a name that is none; `network`, `not-found`, `unauthorized` or `format` for files that cannot be
 *   fetched or are not what was published; `checkpoint` if they hold no diffusion model; `out-of-memory` for a model that is too
 *   large for a page; `unavailable` for a device that is not there; `aborted`.
 */
export async function loadModel(name: string, options: LoadModelOptions = {}): Promise<LoadedModel> {
  const { dtype, endpoint, onNotice = () => {}, onProgress = () => {}, signal } = options;
  // Called by its name alone: a browser's own refuses to be called on another object.
  const fetch: typeof globalThis.fetch = options.fetch ?? ((...request) => globalThis.fetch(...request));
  const caches = options.caches ?? (globalThis as { readonly caches?: ModelCaches }).caches;
  await using opened = createResourceStack();
  const starting = options.engine ?? openOwned(opened, options);
  const fetching = async () => {
    const files = await locateModel(name, { fetch, endpoint, signal });
    expectRoomForFiles(name, files);
    const store = createStore({ caches, onNotice });
    return fetchModel(files, { fetch, store, signal, onProgress });
  };
  const [engine, contents] = await Promise.all([starting, fetching()]);
  const size = [...contents.values()].reduce((sum, { length }) => sum + length, 0);
  const { description, weights, samplingDefaults, ...clues } = await readCheckpoint(name, contents, {
    signal,
  });
  const parameters = ditParameters(description.config).reduce(
    (sum, { shape }) => sum + elementCount(shape),
    0,
  );
  expectRoomForModel(name, parameters, size);
  const tokenizer = await chooseTokenizer({ description, ...clues }, name);
  const create = description.family === "sedd" ? createScoreModel : createDenoiser;
  const network = opened.use(await create({ engine, description, weights, dtype, signal }));
  const { device } = engine;
  const owned = opened.move();
  const model = createLanguageModel({
    name,
    description,
    tokenizer,
    network,
    samplingDefaults,
    device,
    owned: [owned],
  });
  return { ...model, size };
}

/** Starts an engine that goes with the stack, also where that is disposed of before the engine has started. */
function openOwned(opened: ResourceStack, options: WebEngineOptions): Promise<Engine> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const starting = createWebEngine({ ...options, signal });
  opened.defer(async () => {
    stop.abort();
    const engine = await starting.catch(() => undefined);
    await engine?.[Symbol.asyncDispose]();
  });
  return starting;
}
