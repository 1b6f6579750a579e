import type { Malformed } from "../malformed.ts";
import { pickleLimits } from "./limits.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 as text. */
export function decodeText(bytes: Uint8Array, malformed: Malformed): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return malformed("a text in its pickle is not UTF-8");
  }
}

/** A little-endian two's complement integer of any width: a number if that is exact, otherwise a bigint. */
export function decodeInteger(bytes: Uint8Array, malformed: Malformed): number | bigint {
  if (bytes.length > pickleLimits.integer) {
    malformed(
      `its pickle has an integer of ${bytes.length} bytes; at most ${pickleLimits.integer} are allowed`,
    );
  }
  if (bytes.length === 0) return 0;
  const hexadecimal = Buffer.from(bytes.toReversed()).toString("hex");
  const value = BigInt.asIntN(8 * bytes.length, BigInt(`0x${hexadecimal}`));
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
