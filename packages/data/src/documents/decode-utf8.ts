import { SdttError } from "@sdtt/core";

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * The text of bytes, a byte order mark left out.
 *
 * @param where - The place, for the message.
 * @throws SdttError `format` if they are no UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array, where: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new SdttError("format", `${where} is not UTF-8 text: convert it, for example with iconv.`, {
      cause,
    });
  }
}
