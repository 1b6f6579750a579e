import { SdttError } from "@sdtt/core";

/** Words of native errors that mean more than that a call has failed. */
export interface NativeFailures {
  readonly outOfMemory?: RegExp;
  readonly deviceLost?: RegExp;
}

/** What ONNX Runtime, its providers and the drivers under them say when memory has run out. */
const outOfMemory =
  /out of memory|Failed to allocate memory|bad_alloc|is smaller than requested bytes|failed to allocate a buffer|Array buffer allocation failed|Cannot enlarge memory|Error creating buffer|VK_ERROR_OUT_OF_(?:DEVICE|HOST)_MEMORY/i;

/** What they say when the device itself has failed, fallen off its bus or been reset. */
const deviceLost = /device lost|VK_ERROR_DEVICE_LOST|fallen off the bus/i;

/** Sizes in such words: `for requested buffer of size 123`, `smaller than requested bytes of 123`. */
const requestedBytes = /requested (?:buffer of size|bytes of) (\d+)/i;

/**
 * The error of a failed call, in ONNX Runtime's own words: `out-of-memory` where they speak of memory, so that whoever
 * can do with less may try again; `unavailable` where the device was lost; else `runtime`.
 *
 * @param failures - what a device says besides.
 */
export function nativeError(message: string, failures: NativeFailures = {}): SdttError {
  if (deviceLost.test(message) || failures.deviceLost?.test(message)) {
    return new SdttError(
      "unavailable",
      `The device was lost with everything in its memory: resume from the last checkpoint in a new process. ONNX Runtime: ${message}`,
    );
  }
  if (!outOfMemory.test(message) && !failures.outOfMemory?.test(message))
    return new SdttError("runtime", `ONNX Runtime: ${message}`);
  const bytes = Number(requestedBytes.exec(message)?.[1] ?? Number.NaN);
  const size = Number.isNaN(bytes) ? "" : ` for ${Math.ceil(bytes / 2 ** 20)} MiB more`;
  return new SdttError("out-of-memory", `There is no memory left${size}. ONNX Runtime: ${message}`);
}
