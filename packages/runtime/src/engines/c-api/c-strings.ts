import type { Handle } from "./functions.ts";
import type { Library } from "./library.ts";

/** A zero-terminated string and where it lies. Whoever hands the address on keeps the bytes alive. */
export interface CString {
  readonly address: Handle;
  readonly bytes: Buffer;
}

export function cString({ address }: Library, text: string): CString {
  const bytes = Buffer.from(`${text}\0`);
  return { address: address(bytes), bytes };
}
