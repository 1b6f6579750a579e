import type koffi from "koffi";

/**
 * Gives memory that the process's allocator holds free back to the system. glibc keeps the copies of weights that ONNX Runtime makes
 * as it loads them, in pieces too small for what runs ask for. Works on a thread of libuv's pool; does nothing with other allocators.
 */
export type TrimHeap = () => Promise<void>;

export function openTrimHeap(ffi: typeof koffi): TrimHeap {
  const trim = findTrim(ffi);
  if (!trim) return () => Promise.resolve();
  return () =>
    new Promise((resolve, reject) => {
      trim.async(0, (error: unknown) => (error ? reject(error as Error) : resolve()));
    });
}

function findTrim(ffi: typeof koffi) {
  if (process.platform !== "linux") return undefined;
  try {
    return ffi.load("libc.so.6").func("malloc_trim", "int", ["size_t"]);
  } catch {
    return undefined;
  }
}
