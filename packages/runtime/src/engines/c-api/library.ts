import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { SdttError } from "@sdtt/core";
import type { NativeFailures } from "@sdtt/engine";
import { openKoffi } from "../koffi.ts";
import { turnOffTelemetry } from "../telemetry.ts";
import type { Preload } from "../../devices/support.ts";
import { openTrimHeap } from "./trim-heap.ts";
import type { TrimHeap } from "./trim-heap.ts";
import { apiVersion, readApi } from "./functions.ts";
import type { Handle, OrtApi, ProviderFunctions, ProviderPositions } from "./functions.ts";

/** ONNX Runtime's functions, and the two ways across the border between its memory and JavaScript's. */
export interface Library {
  readonly api: OrtApi;
  readonly providerFunctions: (positions: ProviderPositions) => ProviderFunctions;
  /** The same library, whose errors are read with a device's own words. */
  readonly withFailures: (failures: NativeFailures) => Library;
  /** The release of ONNX Runtime. */
  readonly version: string;
  /** Where an array's elements lie. Whoever hands the address on keeps the array alive. */
  readonly address: (array: ArrayBufferView) => Handle;
  /** Copies foreign memory. */
  readonly copy: (address: Handle, bytes: number) => ArrayBuffer;
  readonly trimHeap: TrimHeap;
  /** koffi unloads a library that nothing refers to. */
  readonly handle: object;
}

const loaded = new Map<string, Promise<Library>>();

/**
 * The ONNX Runtime library of a folder, by default the one that onnxruntime-node brings. Loaded once and never unloaded:
 * its functions are bare addresses.
 *
 * @throws SdttError `unavailable` if koffi or the library cannot be loaded.
 */
export function loadLibrary(folder: string = librariesFolder()): Promise<Library> {
  const path = join(folder, libraryName());
  const known = loaded.get(path);
  if (known) return known;
  const opening = openLibrary(path);
  loaded.set(path, opening);
  return opening;
}

/** The folder that the environment names; undefined for onnxruntime-node's own library. */
export function namedLibraries(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  return environment["SDTT_ONNXRUNTIME"] || undefined;
}

/** The folder of onnxruntime-node that holds the library for this platform, and its providers beside it. */
export function librariesFolder(): string {
  const root = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  return join(root, "bin", "napi-v6", process.platform, process.arch);
}

/** What the ONNX Runtime library is called on this platform. */
export function libraryName(): string {
  return (
    { win32: "onnxruntime.dll", darwin: "libonnxruntime.1.dylib" }[process.platform as string] ??
    "libonnxruntime.so.1"
  );
}

async function openLibrary(path: string): Promise<Library> {
  try {
    const ffi = await openKoffi();
    await turnOffTelemetry();
    const library = ffi.load(path);
    const base = library.func("OrtGetApiBase", "void *", [])() as Handle;
    const [getApiAt, getVersionAt] = ffi.decode(base, ffi.array("void *", 2)) as Handle[];
    const getApi = ffi.decode(getApiAt, ffi.proto("void *", ["uint32_t"]));
    const getVersion = ffi.decode(getVersionAt, ffi.proto("str", []));
    const address = getApi(apiVersion) as Handle | null;
    if (address === null) throw new Error(`it has no API of version ${apiVersion}`);
    const rest = {
      version: getVersion() as string,
      address: (array: ArrayBufferView) => ffi.address(array) as Handle,
      copy: (address: Handle, bytes: number) => ffi.view(address, bytes).slice(0),
      trimHeap: openTrimHeap(ffi),
      handle: library,
    };
    const read = (failures?: NativeFailures): Library => ({
      ...readApi(ffi, address, failures),
      ...rest,
      withFailures: read,
    });
    return read();
  } catch (cause) {
    throw new SdttError(
      "unavailable",
      `The C API of ONNX Runtime cannot be used: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    );
  }
}

/** Libraries that were loaded for others; koffi unloads one that nothing refers to. */
const preloaded = new Map<string, object>();

/**
 * Loads shared libraries by their full paths, in order, and makes their symbols visible: a library that needs one of them
 * by name then gets that one, wherever the loader would have looked.
 *
 * @throws SdttError `unavailable` that names one that cannot be loaded and is not optional.
 */
export async function preloadLibraries(libraries: readonly Preload[]): Promise<void> {
  if (libraries.length === 0) return;
  const ffi = await openKoffi();
  for (const { path, optional } of libraries) {
    if (preloaded.has(path)) continue;
    try {
      preloaded.set(path, ffi.load(path, { global: true }));
    } catch (cause) {
      if (optional) continue;
      throw new SdttError("unavailable", `${path} cannot be loaded: ${(cause as Error).message}.`, { cause });
    }
  }
}
