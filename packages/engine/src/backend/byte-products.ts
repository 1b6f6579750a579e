import { tensor } from "@sdtt/core";
import { constant, input, int8Linear, serialize } from "@sdtt/graph";
import type { Program } from "@sdtt/graph";
import type { CompileOptions, Executable } from "./backend.ts";

/** What compiles a program on the machine in question. */
type Compile<Block> = (program: Program, options: CompileOptions) => Promise<Executable<Block>>;

const inputs = 64;
const outputs = 32;

/**
 * Whether a backend multiplies bytes by int8 exactly without being told to. Instructions of x86 that are older than VNNI add
 * pairs of products in 16 bits, which saturate. To avoid them is slow where they are not used: eight times on a processor
 * with AMX, whose tiles then lie idle. ONNX Runtime does not say which it uses, so the largest numbers are multiplied, once.
 */
export function createByteCheck<Block>(compile: Compile<Block>): () => Promise<boolean> {
  let known: Promise<boolean> | undefined;
  return () =>
    (known ??= multipliesExactly(compile).catch((error: unknown) => {
      known = undefined;
      throw error;
    }));
}

async function multipliesExactly<Block>(compile: Compile<Block>): Promise<boolean> {
  const settings = { optimization: "extended", prepack: true, widenInRuns: false, replay: false } as const;
  const executable = await compile(largestProducts(), { ...settings, exactBytes: false });
  try {
    const ones = tensor("float32", [1, inputs], new Float32Array(inputs).fill(1));
    const { sums } = await executable.run([{ tensor: ones }], [{ name: "sums" }]);
    // Sums that saturate are wrong by half.
    return [...(sums!.data as Float32Array)].every((sum) => Math.abs(sum / inputs - 1) < 1e-3);
  } finally {
    await executable.release();
  }
}

/** `sums` `[1, outputs]` of `ones` `[1, inputs]` by weights of one: the largest byte times the largest int8, everywhere. */
function largestProducts(): Program {
  const values = constant(tensor("int8", [outputs, inputs], new Int8Array(outputs * inputs).fill(127)));
  const scale = constant(tensor("float32", [outputs, 1], new Float32Array(outputs).fill(1 / 127)));
  const sums = int8Linear(input("ones", "float32", [1, inputs]), { values, scale });
  return serialize({ outputs: { sums }, name: "largest-products" });
}
