import { createStream, float16ToFloat32, float32ToFloat16 } from "@sdtt/core";

/** Uniforms of a stream of a stream, and numbers that went through half precision. */
export async function run(): Promise<unknown> {
  const stream = createStream(7).child("text").child(3);
  const uniforms = Array.from({ length: 8 }, (_, i) => stream.uniform(i));
  const halves = float16ToFloat32(float32ToFloat16(Float32Array.of(0, 1 / 3, -65504, 6e-8)));
  return { uniforms, halves: [...halves] };
}
