/** Written so that bundlers find the worker; the build of this package turns `.ts` into `.js`. */
export function startWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "sdtt" });
}
