import { expect, test } from "vitest";
import {
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToBfloat16,
  float32ToFloat16,
  float32ToFloat16Slowly,
} from "./half.ts";

const everyWord = Uint16Array.from({ length: 65536 }, (_, i) => i);

test("every float16 and bfloat16 that is a number survives the round trip", () => {
  for (const [decode, encode] of [
    [float16ToFloat32, float32ToFloat16],
    [float16ToFloat32, float32ToFloat16Slowly],
    [bfloat16ToFloat32, float32ToBfloat16],
  ] as const) {
    const values = decode(everyWord);
    const words = encode(values);
    const wrong = everyWord.filter((word, i) => !Number.isNaN(values[i]!) && words[i] !== word);
    expect(wrong).toHaveLength(0);
    expect(decode(words).filter((value, i) => Number.isNaN(value) !== Number.isNaN(values[i]!))).toHaveLength(
      0,
    );
  }
});

test("rounding is to nearest, ties to even", () => {
  const halfway = 1 + 2 ** -11;
  const wanted = [1, 1 + 2 ** -9, 1 + 2 ** -10, Infinity, 65504, 2 ** -24, 0];
  const given = [halfway, halfway + 2 ** -10, halfway + 2 ** -20, 65520, 65519, 2 ** -25 * 1.5, 2 ** -25];
  for (const encode of [float32ToFloat16, float32ToFloat16Slowly]) {
    expect([...float16ToFloat32(encode(Float32Array.from(given)))]).toEqual(wanted);
  }
});
