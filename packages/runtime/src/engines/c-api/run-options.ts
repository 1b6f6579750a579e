import { create, type Handle, type OrtApi } from "./functions.ts";

/** How one run is to be done. */
export interface RunOptions extends Disposable {
  /** Null for the defaults. */
  readonly handle: Handle | null;
}

/** Options by which a signal ends a run: ONNX Runtime looks at them before each operator and then fails. */
export function openRunOptions(api: OrtApi, signal: AbortSignal | undefined): RunOptions {
  if (!signal) return { handle: null, [Symbol.dispose]: () => {} };
  const handle = create(api.CreateRunOptions);
  const terminate = () => api.RunOptionsSetTerminate(handle);
  signal.addEventListener("abort", terminate);
  return {
    handle,
    [Symbol.dispose]() {
      signal.removeEventListener("abort", terminate);
      api.ReleaseRunOptions(handle);
    },
  };
}
