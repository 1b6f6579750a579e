import { SdttError } from "@sdtt/core";

/** The order of an engine's work: one task at a time, as they were called. */
export interface Turns {
  /** Runs a task when the ones before it have settled. Throws `usage` once the engine is closed. */
  take<T>(task: () => T | Promise<T>): Promise<T>;
  /** Runs a task at once, beside those that have a turn. Throws `usage` once the engine is closed, which waits for it. */
  beside<T>(task: () => Promise<T>): Promise<T>;
  /** The same for a task that gives something back: closing has done it already. */
  release(task: () => void | Promise<void>): Promise<void>;
  /** The last turn; later calls do nothing. */
  close(task: () => void | Promise<void>): Promise<void>;
}

export function createTurns(): Turns {
  let open = true;
  let closing = false;
  const besides = new Set<Promise<unknown>>();
  let last: Promise<unknown> = Promise.resolve();
  const queue = <T>(task: () => T | Promise<T>): Promise<T> => {
    const result = last.then(task);
    last = result.catch(() => {});
    return result;
  };
  const disposed = () => new SdttError("usage", "This engine was disposed: create another.");
  return {
    take: (task) =>
      queue(() => {
        if (!open) throw disposed();
        return task();
      }),
    async beside(task) {
      if (closing) throw disposed();
      const result = task();
      besides.add(result);
      try {
        return await result;
      } finally {
        besides.delete(result);
      }
    },
    release: (task) => queue(() => (open ? task() : undefined)),
    close(task) {
      closing = true;
      return queue(async () => {
        if (!open) return;
        open = false;
        await Promise.allSettled(besides);
        await task();
      });
    },
  };
}
