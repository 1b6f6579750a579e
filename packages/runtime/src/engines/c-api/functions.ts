import { nativeError } from "@sdtt/engine";
import type koffi from "koffi";
import type { NativeFailures } from "@sdtt/engine";
import type { Registration } from "../../devices/support.ts";

/** The version of `OrtApi` that has all functions used here, and that every later library still gives. */
export const apiVersion = 14;

/**
 * The functions of ONNX Runtime's `OrtApi` that are used here, by their position in that struct. The struct is
 * append-only: a function keeps its position in every later version (`onnxruntime_c_api.h` lists them in order). All of
 * these return an `OrtStatus *`, null for success.
 */
const statusFunctions = {
  CreateEnv: [3, ["int", "str", "void *"]],
  CreateSessionFromArray: [8, ["void *", "void *", "size_t", "void *", "void *"]],
  Run: [9, ["void *", "void *", "void *", "void *", "size_t", "void *", "size_t", "void *"]],
  CreateSessionOptions: [10, ["void *"]],
  DisableMemPattern: [17, ["void *"]],
  SetSessionGraphOptimizationLevel: [23, ["void *", "int"]],
  SetIntraOpNumThreads: [24, ["void *", "int"]],
  CreateRunOptions: [39, ["void *"]],
  RunOptionsSetTerminate: [46, ["void *"]],
  CreateTensorWithDataAsOrtValue: [49, ["void *", "void *", "size_t", "void *", "size_t", "int", "void *"]],
  GetTensorMutableData: [51, ["void *", "void *"]],
  GetTensorElementType: [60, ["void *", "void *"]],
  GetDimensionsCount: [61, ["void *", "void *"]],
  GetDimensions: [62, ["void *", "void *", "size_t"]],
  GetTensorTypeAndShape: [65, ["void *", "void *"]],
  CreateMemoryInfo: [68, ["str", "int", "int", "int", "void *"]],
  CreateCpuMemoryInfo: [69, ["int", "int", "void *"]],
  AllocatorAlloc: [75, ["void *", "size_t", "void *"]],
  AllocatorFree: [76, ["void *", "void *"]],
  AddSessionConfigEntry: [130, ["void *", "str", "str"]],
  CreateAllocator: [131, ["void *", "void *", "void *"]],
  SessionOptionsAppendExecutionProvider: [216, ["void *", "str", "void *", "void *", "size_t"]],
} as const;

/** The functions that give an object back; they take null and cannot fail. */
const releaseFunctions = {
  ReleaseEnv: 92,
  ReleaseMemoryInfo: 94,
  ReleaseSession: 95,
  ReleaseValue: 96,
  ReleaseRunOptions: 97,
  ReleaseTensorTypeAndShapeInfo: 99,
  ReleaseSessionOptions: 100,
  ReleaseAllocator: 132,
} as const;

const positionOfGetErrorMessage = 2;
const positionOfReleaseStatus = 93;
const positionsUsed = 217;

/** A pointer to an object of ONNX Runtime. */
export type Handle = bigint;

/** What a C function takes: pointers as addresses or as the typed arrays that lie there. */
export type NativeArgument = bigint | number | string | null | ArrayBufferView;

/** A function of the C API. A status other than success becomes an `SdttError` with ONNX Runtime's own message. */
export interface StatusFunction {
  (...args: NativeArgument[]): void;
  /** The same on a thread of libuv's pool; `memory` is what the arguments point at, kept alive until it returns. */
  async(args: NativeArgument[], memory?: unknown): Promise<void>;
}

export type OrtApi = { readonly [name in keyof typeof statusFunctions]: StatusFunction } & {
  readonly [name in keyof typeof releaseFunctions]: (handle: Handle) => void;
};

interface NativeFunction<Result> {
  (...args: NativeArgument[]): Result;
  async(...args: [...NativeArgument[], (error: unknown, result: Result) => void]): void;
}

/** The functions of a provider that has some of its own. */
export interface ProviderFunctions {
  readonly create: StatusFunction;
  readonly update: StatusFunction;
  readonly append: StatusFunction;
  readonly release: (handle: Handle) => void;
}

export type ProviderPositions = Exclude<Registration, { readonly name: string }>;

/**
 * Reads the struct at `address` into functions that throw.
 *
 * @param failures - what a device's own errors look like.
 */
export function readApi(
  ffi: typeof koffi,
  address: Handle,
  failures: NativeFailures = {},
): { api: OrtApi; providerFunctions: (positions: ProviderPositions) => ProviderFunctions } {
  const positions = ffi.decode(address, ffi.array("void *", positionsUsed)) as Handle[];
  const at = <Result>(position: number, result: string, parameters: readonly string[]) =>
    ffi.decode(positions[position], ffi.proto(result, [...parameters])) as NativeFunction<Result>;

  const getErrorMessage = at<string>(positionOfGetErrorMessage, "str", ["void *"]);
  const releaseStatus = at<void>(positionOfReleaseStatus, "void", ["void *"]);
  const check = (status: Handle | null): void => {
    if (status === null) return;
    const message = getErrorMessage(status);
    releaseStatus(status);
    throw nativeError(message, failures);
  };
  const statusFunction = (position: number, parameters: readonly string[]) =>
    throwing(at<Handle | null>(position, "void *", parameters), check);
  const releaseFunction = (position: number) => at<void>(position, "void", ["void *"]);

  const api: Record<string, unknown> = {};
  for (const [name, [position, parameters]] of Object.entries(statusFunctions)) {
    api[name] = statusFunction(position, parameters);
  }
  for (const [name, position] of Object.entries(releaseFunctions)) api[name] = releaseFunction(position);
  return {
    api: api as OrtApi,
    providerFunctions: ({ create, update, append, release }) => ({
      create: statusFunction(create, ["void *"]),
      update: statusFunction(update, ["void *", "void *", "void *", "size_t"]),
      append: statusFunction(append, ["void *", "void *"]),
      release: releaseFunction(release),
    }),
  };
}

/** Calls a function whose last parameter receives the object that it makes. */
export function create(make: StatusFunction, ...args: NativeArgument[]): Handle {
  const out = new BigUint64Array(1);
  make(...args, out);
  return out[0]!;
}

function throwing(
  native: NativeFunction<Handle | null>,
  check: (status: Handle | null) => void,
): StatusFunction {
  const call = (...args: NativeArgument[]): void => check(native(...args));
  const async = async (args: NativeArgument[], memory?: unknown): Promise<void> => {
    const pinned = { args, memory };
    inUse.add(pinned);
    try {
      const status = await new Promise<Handle | null>((resolve, reject) => {
        native.async(...args, (error, result) => (error ? reject(error as Error) : resolve(result)));
      });
      check(status);
    } finally {
      inUse.delete(pinned);
    }
  };
  return Object.assign(call, { async });
}

/** What native calls under way point at: the garbage collector cannot see their pointers. */
const inUse = new Set<object>();
