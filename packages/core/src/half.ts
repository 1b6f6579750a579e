import { SdttError } from "./errors.ts";
import type { Tensor } from "./tensor.ts";

/** Conversions between float32 and the 16-bit formats of checkpoints, which lie as raw words. */

const float32 = new Float32Array(1);
const bits = new Uint32Array(float32.buffer);

/** float16 words as float32, exactly. */
export function float16ToFloat32(words: Uint16Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(words.length);
  for (let i = 0; i < words.length; i++) out[i] = decodeFloat16(words[i]!);
  return out;
}

/** bfloat16 words as float32, exactly. */
export function bfloat16ToFloat32(words: Uint16Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(words.length);
  const outBits = new Uint32Array(out.buffer);
  for (let i = 0; i < words.length; i++) outBits[i] = words[i]! << 16;
  return out;
}

/** The values of a tensor of any of the types that weights come in. Throws `usage` for another. */
export function float32Values({ dtype, data }: Tensor): Float32Array {
  if (dtype === "float32") return data as Float32Array;
  if (dtype === "float16") return float16ToFloat32(data as Uint16Array);
  if (dtype === "bfloat16") return bfloat16ToFloat32(data as Uint16Array);
  throw new SdttError("usage", `Expected float32, float16 or bfloat16; got ${dtype}.`);
}

/** float32 values as float16 words, rounded to nearest, ties to even; past 65504 becomes infinity. */
export function float32ToFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const { Float16Array } = globalThis as {
    Float16Array?: new (values: Float32Array) => { buffer: ArrayBuffer };
  };
  // Fifteen times faster, where there is one; the loop is its twin.
  if (Float16Array) return new Uint16Array(new Float16Array(values).buffer);
  return float32ToFloat16Slowly(values);
}

/** As `float32ToFloat16`, by arithmetic alone. */
export function float32ToFloat16Slowly(values: Float32Array): Uint16Array<ArrayBuffer> {
  const out = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = encodeFloat16(values[i]!);
  return out;
}

/** float32 values as bfloat16 words, rounded to nearest, ties to even. */
export function float32ToBfloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const out = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    float32[0] = values[i]!;
    const word = bits[0]!;
    const isNan = (word & 0x7fffffff) > 0x7f800000;
    out[i] = isNan ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return out;
}

function decodeFloat16(word: number): number {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >>> 10) & 0x1f;
  const fraction = word & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (fraction + 1024) * 2 ** (exponent - 25);
}

function encodeFloat16(value: number): number {
  float32[0] = value;
  const sign = (bits[0]! >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return sign | 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | roundHalfEven(magnitude * 2 ** 24);
  const exponent = ((bits[0]! >>> 23) & 0xff) - 127;
  // A fraction that rounds up to 1024 carries into the exponent, which is what the addition does.
  return sign | (((exponent + 15) << 10) + (roundHalfEven(magnitude * 2 ** (10 - exponent)) - 1024));
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
