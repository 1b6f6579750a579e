/**
 * The alphabet of byte-level BPE (GPT-2's `bytes_to_unicode`): each byte has one printable character that stands for it
 * in vocabulary files. A printable Latin-1 character stands for its own byte; the other bytes take U+0100 and onwards.
 */
const symbols: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
    return String.fromCharCode(printable ? byte : next++);
  });
})();

const bytes: ReadonlyMap<string, number> = new Map(symbols.map((symbol, byte) => [symbol, byte]));

/** All 256 symbols in the order of their code points, which is the order of GPT-2's first 256 ids. */
export const byteSymbolsInOrder: readonly string[] = symbols.toSorted(
  (a, b) => a.charCodeAt(0) - b.charCodeAt(0),
);

/** The id of each byte in that order, `[256]`. */
export const byteIdsInOrder: Int32Array = Int32Array.from(symbols, (symbol) =>
  byteSymbolsInOrder.indexOf(symbol),
);

/** The symbol that stands for a byte. */
export function symbolOfByte(byte: number): string {
  return symbols[byte]!;
}

/** The bytes that a token of a vocabulary file stands for; undefined if a character of it stands for none. */
export function bytesOfSymbols(token: string): Uint8Array | undefined {
  const out = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = bytes.get(token[i]!);
    if (byte === undefined) return undefined;
    out[i] = byte;
  }
  return out;
}
