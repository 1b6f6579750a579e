/** A set of code points. */
export interface CharacterSet {
  has(codePoint: number): boolean;
}

/** Code points whose results are computed together: a power of two. */
const pageBits = 10;
const pageSize = 2 ** pageBits;

/**
 * Makes a set from a test. Results are cached a page at a time, so that creating a set is cheap. All sets are made here, so
 * that the calls in the matcher's inner loop stay monomorphic.
 */
export function createCharacterSet(test: (codePoint: number) => boolean): CharacterSet {
  const pages = Array.from<Uint8Array | undefined>({ length: 0x110000 / pageSize });
  const fill = (page: number): Uint8Array => {
    const first = page * pageSize;
    return (pages[page] = Uint8Array.from({ length: pageSize }, (_, i) => (test(first + i) ? 1 : 0)));
  };
  return {
    has(codePoint) {
      const page = codePoint >> pageBits;
      return (pages[page] ?? fill(page))[codePoint & (pageSize - 1)] === 1;
    },
  };
}

/** The characters that a JavaScript pattern for one character matches. */
export function matchedBy(source: string, flags = "u"): CharacterSet {
  const pattern = new RegExp(`^(?:${source})$`, flags);
  return createCharacterSet((codePoint) => pattern.test(String.fromCodePoint(codePoint)));
}

export function complement(set: CharacterSet): CharacterSet {
  return createCharacterSet((codePoint) => !set.has(codePoint));
}

export function union(sets: readonly CharacterSet[]): CharacterSet {
  return createCharacterSet((codePoint) => sets.some((set) => set.has(codePoint)));
}

export function intersection(sets: readonly CharacterSet[]): CharacterSet {
  return createCharacterSet((codePoint) => sets.every((set) => set.has(codePoint)));
}
