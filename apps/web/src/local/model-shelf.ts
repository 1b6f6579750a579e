import { createWebEngine, loadModel } from "@sdtt/browser";
import type { LoadedModel, WebEngine, WebEngineOptions } from "@sdtt/browser";
import { remembered } from "./remembered.ts";

/** A model that stays loaded until it is given back. */
interface BorrowedModel extends Disposable {
  readonly model: LoadedModel;
}

/** The models that one engine computes, each loaded when it is first asked for. */
export interface ModelShelf {
  /** Throws as `loadModel`; a failure is forgotten, so that it can be tried again. */
  borrow(id: string): Promise<BorrowedModel>;
  /** Lets go of the engine and the models as soon as nothing is borrowed. Nothing may be borrowed afterwards. */
  retire(): void;
}

export interface ModelShelfOptions {
  readonly device: NonNullable<WebEngineOptions["device"]>;
  /** The folder of a model. */
  readonly folderOf: (id: string) => Promise<string>;
  readonly onEngine: (engine: WebEngine) => void;
  readonly onNotice: (message: string) => void;
  /** Bytes of the models that are there and of what is being loaded; `total` where it is known. */
  readonly onProgress: (bytes: { readonly loaded: number; readonly total: number | undefined }) => void;
  readonly onLoading: (isLoading: boolean) => void;
}

export function createModelShelf(options: ModelShelfOptions): ModelShelf {
  const { device, folderOf, onEngine, onProgress, onLoading } = options;
  const onNotice = ({ message }: { readonly message: string }) => options.onNotice(message);
  const opened: AsyncDisposable[] = [];
  /** One for all models: it computes one after the other anyway. */
  const starting = remembered(async () => {
    const engine = await createWebEngine({ device, onNotice });
    opened.push(engine);
    onEngine(engine);
    return engine;
  });
  const loading = new Map<string, () => Promise<LoadedModel>>();
  let [held, borrowed, isRetired] = [0, 0, false];

  const load = async (id: string): Promise<LoadedModel> => {
    const folder = await folderOf(id);
    onLoading(true);
    try {
      const model = await loadModel(folder, {
        engine: starting(),
        onProgress: ({ loaded, total }) =>
          onProgress({ loaded: held + loaded, total: total === undefined ? undefined : held + total }),
        onNotice,
      });
      opened.push(model);
      held += model.size;
      onProgress({ loaded: held, total: held });
      return model;
    } finally {
      onLoading(false);
    }
  };
  const letGoIfIdle = (): void => {
    if (isRetired && borrowed === 0) void disposeAll(opened.splice(0));
  };
  const release = (): void => {
    borrowed--;
    letGoIfIdle();
  };

  return {
    async borrow(id) {
      borrowed++;
      const known = loading.get(id) ?? remembered(() => load(id));
      loading.set(id, known);
      try {
        return { model: await known(), [Symbol.dispose]: release };
      } catch (error) {
        release();
        throw error;
      }
    },
    retire() {
      isRetired = true;
      letGoIfIdle();
    },
  };
}

/** The last that was opened first: models go before their engine. */
async function disposeAll(opened: readonly AsyncDisposable[]): Promise<void> {
  for (const resource of opened.toReversed()) await resource[Symbol.asyncDispose]();
}
