/** A run of bytes of a file. */
export interface ByteRange {
  readonly offset: number;
  readonly byteLength: number;
}
