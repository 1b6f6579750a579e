import { SdttError } from "@sdtt/core";
import type { LibraryHandle } from "koffi";
import { families } from "./families.ts";
import type { Handle, HandleName } from "./families.ts";
import type { PlannedLibrary } from "./plan-library.ts";

/** An address, or what a handle is in this family. */
type NativeArgument = bigint | number | null;

/** The functions of MPI that are used here. All of them are in MPI 3 (2012). */
const parameters = {
  Get_library_version: ["text", "out"],
  Initialized: ["out"],
  Init_thread: ["in", "in", "int", "out"],
  Comm_rank: ["handle", "out"],
  Comm_size: ["handle", "out"],
  Comm_set_errhandler: ["handle", "handle"],
  Error_string: ["int", "text", "out"],
  Ialltoall: ["in", "int", "handle", "out", "int", "handle", "handle", "request"],
  Iallgather: ["in", "int", "handle", "out", "int", "handle", "handle", "request"],
  Ibcast: ["out", "int", "handle", "int", "handle", "request"],
  Ibarrier: ["handle", "request"],
  Test: ["request", "out", "out"],
  Finalize: [],
} as const;

type FunctionName = keyof typeof parameters;

/** MPI's functions without their prefix. A result other than success becomes an `SdttError` with MPI's own words. */
type MpiFunctions = Readonly<Record<FunctionName, (...args: NativeArgument[]) => void>>;

export interface MpiLibrary {
  readonly functions: MpiFunctions;
  readonly handles: Readonly<Record<HandleName, NativeArgument>>;
  readonly funneled: number;
  /** Memory that native code may keep the address of: it never moves. */
  allocate(bytes: number): NativeMemory;
}

export interface NativeMemory {
  readonly buffer: ArrayBuffer;
  readonly address: bigint;
}

/**
 * Koffi's stacks are settled for the process by the first library that is loaded, and ONNX Runtime, which may come second, wants what
 * a thread usually has.
 */
const stackBytes = 8 * 2 ** 20;

/** Loads a library and calls nothing. Throws `unavailable` if it cannot be loaded or lacks a function. */
export async function openLibrary({ path, family }: PlannedLibrary): Promise<MpiLibrary> {
  const { title, handle, handles, funneled } = families[family];
  try {
    const { default: ffi } = await import("koffi");
    const { async_stack_size, sync_stack_size } = ffi.config();
    if (async_stack_size! < stackBytes || sync_stack_size! < stackBytes) {
      ffi.config({ async_stack_size: stackBytes, sync_stack_size: stackBytes });
    }
    // Some of Open MPI's plugins look for its symbols in the whole process.
    const library = ffi.load(path, { global: true });
    const functions = readFunctions(library, handle);
    const valueOf = (wanted: Handle) =>
      typeof wanted === "object" ? (library.symbol(wanted.symbol) as bigint) : wanted;
    const allocate = (bytes: number) => {
      const buffer = new ArrayBuffer(bytes);
      return { buffer, address: ffi.address(buffer) };
    };
    return {
      functions,
      handles: {
        world: valueOf(handles.world),
        byte: valueOf(handles.byte),
        errorsReturn: valueOf(handles.errorsReturn),
      },
      funneled,
      allocate,
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SdttError("unavailable", `The library of MPI ${path} cannot be used as ${title}: ${reason}.`, {
      cause,
    });
  }
}

function readFunctions(library: LibraryHandle, handle: "void *" | "int"): MpiFunctions {
  const types = {
    handle,
    int: "int",
    in: "void *",
    out: "void *",
    text: "void *",
    request: "void *",
  } as const;
  const natives = Object.fromEntries(
    Object.entries(parameters).map(([name, kinds]) => [
      name,
      library.func(
        `MPI_${name}`,
        "int",
        kinds.map((kind) => types[kind]),
      ) as (...args: unknown[]) => number,
    ]),
  ) as Record<FunctionName, (...args: unknown[]) => number>;
  const explain = (code: number): string => {
    const [text, length] = [new Uint8Array(8192), new Int32Array(32)];
    return natives.Error_string(code, text, length) === 0 ? readText(text) : `error ${code}`;
  };
  const checked = (Object.keys(parameters) as FunctionName[]).map((name) => [
    name,
    (...args: NativeArgument[]) => {
      const code = natives[name](...args);
      if (code !== 0) throw new SdttError("runtime", `MPI_${name} failed: ${explain(code)}.`);
    },
  ]);
  return Object.fromEntries(checked) as MpiFunctions;
}

/** Text that ends with a zero, as C has it. */
export function readText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
