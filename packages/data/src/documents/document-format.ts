/** How documents lie in a kind of file. A new kind joins the list in `formats.ts`. */
export interface DocumentFormat {
  /** Endings of its files' names, in lower case and with the dot; `.gz` may follow. */
  readonly extensions: readonly string[];
  /** The documents in their order. */
  read(input: DocumentInput): AsyncIterable<string>;
}

export interface DocumentInput {
  /** For messages, and for formats that are read by ranges. */
  readonly path: string;
  /** The unpacked file from its first byte to its last. Opened when it is first read; to be read once. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The JSON field, or the column, that holds the text. */
  readonly field: string;
  /** The most bytes of one document that are held in memory. */
  readonly maxDocumentBytes: number;
}
