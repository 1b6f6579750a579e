import { createWebEngine, loadModel } from "@sdtt/browser";
import type { LoadedModel, WebEngine } from "@sdtt/browser";
import type { ListedModel } from "./listed-model.ts";

/** What is known of the models in this page. */
interface LocalStatus {
  /** Bytes of model files that have arrived, and of all that are being loaded. */
  readonly loaded: number;
  readonly total: number | undefined;
  readonly isLoading: boolean;
  /** In words; empty until the engine has started. */
  readonly device: string;
  /** What makes this slower than it could be, a sentence each. */
  readonly notices: readonly string[];
}

/** Models that run in this page, each loaded when it is first asked for. */
export interface LocalModels {
  /** Throws what `fetch` throws, or SdttError `format`. */
  list(): Promise<readonly ListedModel[]>;
  /** Throws as `loadModel`; a failure is forgotten, so that it can be tried again. */
  get(id: string): Promise<LoadedModel>;
  readonly status: LocalStatus;
  /** Calls back after each change of `status`; gives a function that ends it. */
  subscribe(onChange: () => void): () => void;
}

export function createLocalModels(): LocalModels {
  let status: LocalStatus = { loaded: 0, total: undefined, isLoading: false, device: "", notices: [] };
  const listeners = new Set<() => void>();
  const tell = (change: Partial<LocalStatus>): void => {
    status = { ...status, ...change };
    for (const onChange of listeners) onChange();
  };
  const listing = remembered(listModels);
  /** One for all models: it computes one after the other anyway. */
  const starting = remembered(async () => {
    const engine = await createWebEngine({
      onNotice: ({ message }) => tell({ notices: [...status.notices, message] }),
    });
    tell({ device: describeDevice(engine) });
    return engine;
  });
  const loading = new Map<string, () => Promise<LoadedModel>>();
  /** Bytes of the models that are there. */
  let held = 0;

  const load = async (id: string): Promise<LoadedModel> => {
    const { folder } = (await listing()).find((model) => model.id === id)!;
    tell({ isLoading: true });
    try {
      const model = await loadModel(folder, {
        engine: starting(),
        onProgress: ({ loaded, total }) =>
          tell({ loaded: held + loaded, total: total === undefined ? undefined : held + total }),
        onNotice: ({ message }) => tell({ notices: [...status.notices, message] }),
      });
      held += model.size;
      tell({ loaded: held, total: held });
      return model;
    } finally {
      tell({ isLoading: false });
    }
  };

  return {
    get status() {
      return status;
    },
    list: listing,
    get(id) {
      const known = loading.get(id) ?? remembered(() => load(id));
      loading.set(id, known);
      return known();
    },
    subscribe(onChange) {
      listeners.add(onChange);
      return () => void listeners.delete(onChange);
    },
  };
}

/** Work that is done once, and again only if it fails. */
function remembered<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    done ??= work().catch((error: unknown) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}

async function listModels(): Promise<readonly ListedModel[]> {
  const answer = await fetch("models/models.json");
  if (!answer.ok) throw new Error(`models/models.json was answered with status ${answer.status}`);
  return (await answer.json()) as readonly ListedModel[];
}

function describeDevice({ device, threads }: WebEngine): string {
  if (device === "webgpu") return "WebGPU";
  return `WebAssembly, ${threads === 1 ? "one thread" : `${threads} threads`}`;
}
