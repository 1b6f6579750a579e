/**
 * Counter-based randomness: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 *
 * A stream is a key; the value at an index is a pure function of key and index. Nothing is shared, nothing is advanced
 * in secret, so what a sequence draws does not depend on the batch it ran in or on the order of the calls.
 */
export interface RandomStream {
  /** The uniform at `index`, on the grid (k + 1/2) / 2^53: 53 bits, never 0 and never 1. */
  uniform(index: number): number;
  /** The uniform at `index` on the grid k / 2^24 in [0, 1): what `torch.rand` draws in float32. */
  uniform24(index: number): number;
  /** An unsigned 32-bit integer. */
  uint32(index: number): number;
  /** A stream of its own for a part of the work. Labels may be words or numbers. */
  child(label: string | number): RandomStream;
}

/** A stream for a seed. Seeds are integers from 0 to 2^53 - 1. */
export function createStream(seed: number): RandomStream {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`A seed is an integer from 0 to 2^53 - 1; got ${seed}.`);
  }
  return streamOfKey(seed >>> 0, Math.floor(seed / 2 ** 32));
}

function streamOfKey(key0: number, key1: number): RandomStream {
  const block = new Uint32Array(4);
  return {
    uniform(index) {
      philox4x32(block, index >>> 0, Math.floor(index / 2 ** 32), 0, 0, key0, key1);
      const high = block[0]! >>> 5; // 27 bits
      const low = block[1]! >>> 6; // 26 bits
      // At the top of the range the half is lost to rounding; the clamp keeps the value below one.
      return Math.min((high * 2 ** 26 + low + 0.5) * 2 ** -53, 1 - 2 ** -53);
    },
    uniform24(index) {
      philox4x32(block, index >>> 0, Math.floor(index / 2 ** 32), 0, 0, key0, key1);
      return (block[0]! >>> 8) * 2 ** -24;
    },
    uint32(index) {
      philox4x32(block, index >>> 0, Math.floor(index / 2 ** 32), 0, 0, key0, key1);
      return block[0]!;
    },
    child(label) {
      const [high, low] = labelHash(label);
      // A counter with a non-zero second half is never used for values, so children cannot meet their parent's draws.
      philox4x32(block, low, high, 0x9e3779b9, 1, key0, key1);
      return streamOfKey(block[0]!, block[1]!);
    },
  };
}

/** Two 32-bit FNV-1a hashes with different offsets; words and numbers hash apart. */
function labelHash(label: string | number): [number, number] {
  const text = typeof label === "number" ? `#${label}` : `$${label}`;
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ (text.charCodeAt(i) + i), 0x85ebca6b);
  }
  return [high >>> 0, low >>> 0];
}

/** Ten rounds of Philox with 4 words of 32 bits; `out` receives the block. */
export function philox4x32(
  out: Uint32Array,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
): void {
  let [x0, x1, x2, x3] = [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, x0);
    const low0 = Math.imul(0xd2511f53, x0) >>> 0;
    const high1 = multiplyHigh(0xcd9e8d57, x2);
    const low1 = Math.imul(0xcd9e8d57, x2) >>> 0;
    x0 = (high1 ^ x1 ^ k0) >>> 0;
    x1 = low1;
    x2 = (high0 ^ x3 ^ k1) >>> 0;
    x3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}

/** The upper 32 bits of the 64-bit product, through 16-bit halves that doubles hold exactly. */
function multiplyHigh(a: number, b: number): number {
  const [aHigh, aLow, bHigh, bLow] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const cross = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) >>> 0;
}
