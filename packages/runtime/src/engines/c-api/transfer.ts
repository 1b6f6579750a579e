import { tensor } from "@sdtt/core";
import { cString } from "./c-strings.ts";
import type { Handle } from "./functions.ts";
import { createIdentitySession } from "./identity-session.ts";
import type { Context } from "./session.ts";
import { wrapMemory, wrapTensor } from "./values.ts";

/** Copies bytes between ordinary memory and a device's. */
export interface Transfer {
  /** A session on the device: what its allocator belongs to. */
  readonly session: Handle;
  toDevice(bytes: Uint8Array, address: Handle): Promise<void>;
  fromDevice(address: Handle, byteLength: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): void;
}

/** Bounds what a copy takes on the device beside its target: ONNX Runtime brings the bytes there, then moves them. */
const windowBytes = 64 * 2 ** 20;

/**
 * Copies by running a program that gives back what it is given, from one memory into the other: every provider and every
 * version of ONNX Runtime can do that, where its functions for copying know only some of them.
 */
export async function openTransfer(context: Context, memoryInfo: Handle): Promise<Transfer> {
  const { library, memoryInfo: hostInfo } = context;
  const { api } = library;
  const session = await createIdentitySession(context, "uint8");
  const [given, same] = [cString(library, "given"), cString(library, "same")];

  /** Runs over windows of `whole`; the device's part of each is named by its address. */
  const copy = async (whole: Uint8Array, address: Handle, direction: "to" | "from"): Promise<void> => {
    for (let start = 0; start < whole.length; start += windowBytes) {
      const part = whole.subarray(start, start + windowBytes);
      const [host, device] = [
        wrapTensor(library, hostInfo, tensor("uint8", [part.length], part)),
        wrapMemory(library, memoryInfo, {
          dtype: "uint8",
          shape: [part.length],
          address: address + BigInt(start),
          bytes: part.length,
        }),
      ];
      const [input, output] = direction === "to" ? [host, device] : [device, host];
      const [inputs, outputs] = [BigUint64Array.of(input), BigUint64Array.of(output)];
      const [from, into] = [BigUint64Array.of(given.address), BigUint64Array.of(same.address)];
      try {
        await api.Run.async([session, null, from, inputs, 1, into, 1, outputs], { part, given, same });
      } finally {
        for (const value of [host, device]) api.ReleaseValue(value);
      }
    }
  };

  return {
    session,
    toDevice: (bytes, address) => copy(bytes, address, "to"),
    fromDevice: async (address, byteLength) => {
      const bytes = new Uint8Array(byteLength);
      await copy(bytes, address, "from");
      return bytes;
    },
    close: () => api.ReleaseSession(session),
  };
}
