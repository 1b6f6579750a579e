import { readFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";

export interface Processor {
  readonly model: string;
  /** How many threads this process may run at once. */
  readonly threads: number;
  /** The instruction sets that decide how fast matrix products are, as Linux names them; empty elsewhere. */
  readonly features: readonly string[];
}

/** What ONNX Runtime's matrix kernels choose by: widths, fused products, int8 and 16-bit products. */
const telling = [
  ["avx", "avx2", "fma", "f16c", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16"],
  ["asimd", "asimdhp", "asimddp", "i8mm", "bf16", "sve", "sve2"],
].flat();

export async function inspectProcessor(file = "/proc/cpuinfo"): Promise<Processor> {
  const text = await readFile(file, "utf8").catch(() => "");
  const flags = new Set(/^(?:flags|Features)\s*:(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/));
  return {
    model: cpus()[0]?.model.trim() ?? "unknown",
    threads: availableParallelism(),
    features: telling.filter((feature) => flags.has(feature)),
  };
}
