import { SdttError } from "@sdtt/core";

/** What the browser keeps of models, by the hash of their files. */
export interface Store {
  read(key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Where there is no room it keeps nothing, and says so. */
  write(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  remove(key: string): Promise<void>;
}

const cacheName = "sdtt-models";
/** The Cache API wants addresses; nothing is ever fetched from this one. */
const addressOf = (key: string): string => `https://models.sdtt.invalid/${key}`;

/** What is used of the browser's `CacheStorage`: programs without the types of a browser can name it, too. */
export interface ModelCaches {
  open(name: string): Promise<ModelCache>;
}

/** Answers by their addresses, as in a browser's `Cache`. */
export interface ModelCache {
  match(address: string): Promise<Response | undefined>;
  put(address: string, answer: Response): Promise<void>;
  delete(address: string): Promise<boolean>;
}

export interface StoreOptions {
  /** Undefined where the browser has none: on pages that came without encryption. */
  readonly caches: ModelCaches | undefined;
  /** Told once of storage that is full or forbidden; the code is `io` or `unavailable`. */
  readonly onNotice: (notice: SdttError) => void;
}

/** A store on the Cache API; one that keeps nothing where that is forbidden. */
export function createStore({ caches, onNotice }: StoreOptions): Store {
  let hasTold = false;
  const tell = (notice: SdttError): void => {
    if (!hasTold) onNotice(notice);
    hasTold = true;
  };
  const open = async (): Promise<ModelCache | undefined> => {
    try {
      if (!caches) throw new Error("the page was not loaded over HTTPS");
      return await caches.open(cacheName);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      tell(
        new SdttError(
          "unavailable",
          `The browser does not let this page keep the model (${reason}): it is downloaded again each time.`,
          { cause },
        ),
      );
      return undefined;
    }
  };
  return {
    async read(key) {
      try {
        const found = await (await open())?.match(addressOf(key));
        return found && new Uint8Array(await found.arrayBuffer());
      } catch {
        // What cannot be read is fetched instead.
        return undefined;
      }
    },
    async write(key, bytes) {
      try {
        await (await open())?.put(addressOf(key), new Response(bytes));
      } catch (cause) {
        const size = Math.ceil(bytes.length / 1e6);
        tell(
          new SdttError(
            "io",
            `The browser has no room to keep ${size} MB of the model: it is downloaded again each time. Free some space to keep it.`,
            { cause },
          ),
        );
      }
    },
    async remove(key) {
      await (await open())?.delete(addressOf(key)).catch(() => false);
    },
  };
}
