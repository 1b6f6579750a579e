import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { SdttError } from "@sdtt/core";
import { apiVersion, readApi, type Handle, type OrtApi } from "./functions.ts";

/**
 * Koffi runs a call on a stack of its own, 128 KiB for asynchronous ones. ONNX Runtime wants what a thread usually has:
 * its matrix kernels alone put panels of 64 KiB on the stack, and its graph passes recurse.
 */
const stackBytes = 8 * 2 ** 20;

/** ONNX Runtime's functions, and the two ways across the border between its memory and JavaScript's. */
export interface Library {
  readonly api: OrtApi;
  /** Where an array's elements lie. Whoever hands the address on keeps the array alive. */
  readonly address: (array: ArrayBufferView) => Handle;
  /** Copies foreign memory. */
  readonly copy: (address: Handle, bytes: number) => ArrayBuffer;
  /** koffi unloads a library that nothing refers to. */
  readonly handle: object;
}

let loaded: Promise<Library> | undefined;

/**
 * The ONNX Runtime library that onnxruntime-node brings. Loaded once and never unloaded: its functions are bare
 * addresses.
 *
 * @throws SdttError `unavailable` if koffi or the library cannot be loaded.
 */
export function loadLibrary(): Promise<Library> {
  loaded ??= openLibrary();
  return loaded;
}

/** The file of the ONNX Runtime library for this platform. */
export function libraryPath(): string {
  const root = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  const name =
    { win32: "onnxruntime.dll", darwin: "libonnxruntime.1.dylib" }[process.platform as string] ??
    "libonnxruntime.so.1";
  return join(root, "bin", "napi-v6", process.platform, process.arch, name);
}

async function openLibrary(): Promise<Library> {
  try {
    const { default: ffi } = await import("koffi");
    // Settled for the whole process by the first library that anyone loads.
    if (ffi.config().async_stack_size! < stackBytes) ffi.config({ async_stack_size: stackBytes });
    const library = ffi.load(libraryPath());
    const base = library.func("OrtGetApiBase", "void *", [])() as Handle;
    const getApi = ffi.decode(ffi.decode(base, "void *"), ffi.proto("void *", ["uint32_t"]));
    const address = getApi(apiVersion) as Handle | null;
    if (address === null) throw new Error(`it has no API of version ${apiVersion}`);
    return {
      api: readApi(ffi, address),
      address: (array) => ffi.address(array),
      copy: (address, bytes) => ffi.view(address, bytes).slice(0),
      handle: library,
    };
  } catch (cause) {
    throw new SdttError(
      "unavailable",
      `The C API of ONNX Runtime cannot be used: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    );
  }
}
