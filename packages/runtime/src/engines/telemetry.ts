import { readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { SdttError } from "@sdtt/core";
import { openKoffi } from "./koffi.ts";

/** Read by ONNX Runtime when the first environment of a process is made. */
const variable = "ORT_DISABLE_TELEMETRY";

/** Command lines up to this length are matched within the stack that any thread has. */
const harmlessBytes = 4096;

/**
 * Turns off the telemetry of ONNX Runtime, before it is used for the first time. On Linux and macOS releases from 1.29 on
 * collect usage data by default and keep it in the home directory. As a part of that they match the command line of the
 * process with a recursive regular expression, which overflows the stack of the calling thread at some 7,000 bytes: the
 * process dies of SIGSEGV (docs/upstream.md).
 *
 * @throws SdttError `unavailable` if it cannot be turned off from here and would crash.
 */
export async function turnOffTelemetry(): Promise<void> {
  const wasOff = process.env[variable] === "1";
  process.env[variable] = "1";
  if (isMainThread || process.platform === "win32") return;
  // A worker thread's process.env is a copy, which native code does not see.
  try {
    await setNatively(variable, "1");
  } catch (cause) {
    const bytes = commandLineBytes();
    if (wasOff || bytes <= harmlessBytes) return;
    throw new SdttError(
      "unavailable",
      `The command line of this process has ${bytes} bytes, on which ONNX Runtime's telemetry crashes, and a worker thread cannot turn that off without koffi: set the environment variable ${variable}=1 before the process starts, or load the model in the main thread.`,
      { cause },
    );
  }
}

async function setNatively(name: string, value: string): Promise<void> {
  const ffi = await openKoffi();
  const setenv = ffi.load(null).func("setenv", "int", ["str", "str", "int"]) as (
    name: string,
    value: string,
    overwrite: number,
  ) => number;
  if (setenv(name, value, 1) !== 0) throw new Error(`setenv of ${name} failed`);
}

/** What ONNX Runtime would match: the arguments that the system keeps, those for Node itself among them. */
function commandLineBytes(): number {
  try {
    return readFileSync("/proc/self/cmdline").length;
  } catch {
    return 0;
  }
}
