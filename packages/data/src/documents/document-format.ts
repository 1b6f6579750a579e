/** How documents lie in a kind of file. A new kind joins the list in `formats.ts`. */
export type DocumentFormat = StreamedFormat | RangedFormat;

/** A file that is read from its first byte to its last. It may be packed. */
export interface StreamedFormat extends NamedFormat {
  readonly access: "stream";
  /** The documents in their order. */
  read(input: DocumentInput & { readonly bytes: AsyncIterable<Uint8Array> }): AsyncIterable<string>;
}

/** A file of which only parts are read. It has a compression of its own. */
export interface RangedFormat extends NamedFormat {
  readonly access: "ranges";
  /** The documents in their order. */
  read(input: DocumentInput & RangedInput): AsyncIterable<string>;
  /** How many documents there are, known without reading them. */
  count(input: DocumentInput): Promise<number>;
}

interface NamedFormat {
  /** Endings of its files' names, in lower case and with the dot; of a streamed format, `.gz` or `.zst` may follow. */
  readonly extensions: readonly string[];
}

export interface DocumentInput {
  /** For messages, and for formats that are read by ranges. */
  readonly path: string;
  /** The JSON field, or the column, that holds the text. */
  readonly field: string;
  /** The most bytes of one document that are held in memory. */
  readonly maxDocumentBytes: number;
}

interface RangedInput {
  /** Documents to leave out at the beginning; their text is not read where that can be avoided. */
  readonly skip?: number | undefined;
  /** Told up to which byte the file has been read or skipped. */
  readonly onRead?: ((bytes: number) => void) | undefined;
}
