import type { LanguageModel } from "sdtt";

/** Models that are loaded once and kept while they are used; the last one is kept after that, until another is needed. */
export interface ModelShelf extends AsyncDisposable {
  /** @param load - loads the model if it is not there. */
  take(key: string, load: () => Promise<LanguageModel>): Promise<LanguageModel & AsyncDisposable>;
}

interface Kept {
  readonly model: LanguageModel;
  users: number;
}

export function createModelShelf(): ModelShelf {
  const shelf = new Map<string, Promise<Kept>>();
  const drop = async (unused: (kept: Kept) => boolean) => {
    for (const [key, loading] of shelf) {
      const kept = await loading.catch(() => undefined);
      if (kept && !unused(kept)) continue;
      if (shelf.get(key) === loading) shelf.delete(key);
      await kept?.model[Symbol.asyncDispose]();
    }
  };
  return {
    async take(key, load) {
      if (!shelf.has(key)) {
        // First room, then the next: two large ones may be more than the memory holds.
        await drop(({ users }) => users === 0);
        if (!shelf.has(key))
          shelf.set(
            key,
            load().then((model) => ({ model, users: 0 })),
          );
      }
      const loading = shelf.get(key)!;
      const kept = await loading.catch((error: unknown) => {
        if (shelf.get(key) === loading) shelf.delete(key);
        throw error;
      });
      kept.users++;
      return {
        ...kept.model,
        async [Symbol.asyncDispose]() {
          kept.users--;
        },
      };
    },
    [Symbol.asyncDispose]: () => drop(() => true),
  };
}
