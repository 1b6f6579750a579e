const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The bytes of a text; lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of bytes; each broken sequence becomes U+FFFD and a leading U+FEFF stays. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** A copy of a well-formed text with storage of its own: engines let a slice keep the whole text it was cut from alive. */
export function detached(text: string): string {
  return decodeUtf8(encodeUtf8(text));
}
