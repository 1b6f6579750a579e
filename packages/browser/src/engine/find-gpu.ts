/** What is used of WebGPU's interface, for which TypeScript has no types of its own yet. */
interface Gpu {
  requestAdapter(): Promise<object | null>;
}

/** Why there is no GPU to compute on; undefined if there is one. */
export async function findGpu(): Promise<string | undefined> {
  const { gpu } = globalThis.navigator as { readonly gpu?: Gpu };
  if (!gpu) return "this browser has no WebGPU, or does not allow it on this page";
  const adapter = await gpu.requestAdapter().catch(() => null);
  return adapter ? undefined : "the browser finds no GPU that it may use";
}
