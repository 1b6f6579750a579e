/** Bytes that are overwritten by the next use. */
export type Scratch = (length: number) => Uint8Array<ArrayBuffer>;

/**
 * One buffer that is used again for every page, and grows to the largest of them.
 *
 * A fresh buffer of a megabyte a page is garbage at once, but the C library's allocator gives little of it back to the
 * system: reading a file of 300 MB took 320 MB of memory that way.
 */
export function createScratch(): Scratch {
  let bytes = new Uint8Array(0);
  return (length) => {
    if (length > bytes.length) bytes = new Uint8Array(Math.ceil(length * 1.25));
    return bytes.subarray(0, length);
  };
}
