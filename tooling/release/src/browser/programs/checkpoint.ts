import { fileOfBytes, parseModelReference, readSafetensors } from "@sdtt/checkpoint";

/** The bytes of a safetensors file with one tensor. */
function file(): Uint8Array {
  const header = new TextEncoder().encode(
    JSON.stringify({ weight: { dtype: "F32", shape: [2], data_offsets: [0, 8] } }),
  );
  const bytes = new Uint8Array(8 + header.length + 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set(new Uint8Array(Float32Array.of(0.5, -2).buffer), 8 + header.length);
  return bytes;
}

/** A tensor of a file in memory, and what a name stands for. */
export async function run(): Promise<unknown> {
  await using tensors = await readSafetensors(fileOfBytes("model.safetensors", file()));
  const { data } = await tensors.read("weight");
  return { weight: [...(data as Float32Array)], reference: parseModelReference("sdtt:kld/7") };
}
