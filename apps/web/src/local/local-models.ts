import type { LoadedModel, WebEngine } from "@sdtt/browser";
import type { ListedModel } from "./listed-model.ts";
import { createModelShelf } from "./model-shelf.ts";
import type { ModelShelf } from "./model-shelf.ts";
import { remembered } from "./remembered.ts";

/** What may compute: WebAssembly, or WebGPU where there is one that starts. */
type ChosenDevice = "cpu" | "webgpu";

/** What is known of the models in this page. */
interface LocalStatus {
  /** Bytes of model files that have arrived, and of all that are being loaded. */
  readonly loaded: number;
  readonly total: number | undefined;
  readonly isLoading: boolean;
  readonly chosen: ChosenDevice;
  /** What computes, in words; empty until the engine has started. */
  readonly device: string;
  /** What makes this slower than it could be, a sentence each. */
  readonly notices: readonly string[];
}

/** Models that run in this page, each loaded when it is first asked for. */
export interface LocalModels {
  /** Throws what `fetch` throws, or SdttError `format`. */
  list(): Promise<readonly ListedModel[]>;
  /** A model that stays loaded until it is given back. Throws as `loadModel`. */
  borrow(id: string): Promise<{ readonly model: LoadedModel } & Disposable>;
  /** Computes on this device from now on. What is being written is finished where it began. */
  choose(device: ChosenDevice): void;
  readonly status: LocalStatus;
  /** Calls back after each change of `status`; gives a function that ends it. */
  subscribe(onChange: () => void): () => void;
}

const nothingLoaded = { loaded: 0, total: undefined, isLoading: false, device: "", notices: [] } as const;

export function createLocalModels(): LocalModels {
  let status: LocalStatus = { ...nothingLoaded, chosen: "cpu" };
  const listeners = new Set<() => void>();
  const tell = (change: Partial<LocalStatus>): void => {
    status = { ...status, ...change };
    for (const onChange of listeners) onChange();
  };
  const list = remembered(listModels);
  let shelf = openShelf("cpu");

  /** A shelf whose events are told as long as it is the one in use. */
  function openShelf(device: ChosenDevice): ModelShelf {
    const tellOf = (change: Partial<LocalStatus>): void => {
      if (shelf === opened) tell(change);
    };
    const opened = createModelShelf({
      // The person sees in words where a GPU was asked for and WebAssembly computes.
      device: device === "webgpu" ? "auto" : "cpu",
      folderOf: async (id) => (await list()).find((model) => model.id === id)!.folder,
      onEngine: (engine) => tellOf({ device: describeDevice(engine) }),
      onNotice: (message) => tellOf({ notices: [...status.notices, message] }),
      onProgress: tellOf,
      onLoading: (isLoading) => tellOf({ isLoading }),
    });
    return opened;
  }

  return {
    get status() {
      return status;
    },
    list,
    borrow: (id) => shelf.borrow(id),
    choose(device) {
      if (device === status.chosen) return;
      shelf.retire();
      shelf = openShelf(device);
      tell({ ...nothingLoaded, chosen: device });
      // Now, so that the next text does not wait for it. What fails is told to whoever writes that.
      void loadFirst(list, shelf).catch(() => {});
    },
    subscribe(onChange) {
      listeners.add(onChange);
      return () => void listeners.delete(onChange);
    },
  };
}

async function loadFirst(list: LocalModels["list"], shelf: ModelShelf): Promise<void> {
  const [first] = await list();
  using _ = await shelf.borrow(first!.id);
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
