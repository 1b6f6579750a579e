import type koffi from "koffi";

/**
 * Koffi runs a call on a stack of its own: 128 KiB for asynchronous calls, 2 MiB for the others. ONNX Runtime wants what
 * a thread usually has: its matrix kernels alone put panels of 64 KiB on the stack, and its graph passes recurse.
 */
const stackBytes = 8 * 2 ** 20;

/** koffi, with room on its stacks. Throws if it has no build for this platform. */
export async function openKoffi(): Promise<typeof koffi> {
  const { default: ffi } = await import("koffi");
  // Settled for the whole process by the first library that anyone loads.
  const { async_stack_size, sync_stack_size } = ffi.config();
  if (async_stack_size! < stackBytes || sync_stack_size! < stackBytes) {
    ffi.config({ async_stack_size: stackBytes, sync_stack_size: stackBytes });
  }
  return ffi;
}
