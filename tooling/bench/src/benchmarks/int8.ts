import { createStream, tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { constant, input, int8Linear, linear, serialize } from "@sdtt/graph";
import type { Program } from "@sdtt/graph";
import { createEngine } from "@sdtt/runtime";
import type { Session } from "@sdtt/runtime";
import type { Benchmark } from "../benchmark.ts";
import { processorContestant } from "../harness/processor-time.ts";
import { medianRatio, medianSeconds, race } from "../harness/race.ts";
import { oneNode } from "../one-node.ts";

/** Of the layers of DiT-small and of the bundled model, at the length of their texts. */
const sizes: readonly Size[] = [
  { rows: 1024, inputs: 768, outputs: 2304 },
  { rows: 1024, inputs: 768, outputs: 3072 },
  { rows: 1024, inputs: 3072, outputs: 768 },
  { rows: 256, inputs: 256, outputs: 1024 },
  { rows: 256, inputs: 1024, outputs: 256 },
];

interface Size {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

export const int8: Benchmark = {
  summary: "a linear layer in float32 and in each int8 form that ONNX Runtime has, by processor time",
  async run({ threads, rounds }) {
    await using engine = await createEngine({ threads });
    const rows = [];
    for (const size of sizes) {
      await using stack = new AsyncDisposableStack();
      const x = numbers([size.rows, size.inputs], 4);
      const sessions: [name: string, session: Session][] = [];
      for (const [name, program] of Object.entries(programs(size))) {
        sessions.push([name, stack.use(await engine.load(program))]);
      }
      const measured = await race(
        sessions.map(([name, session]) => processorContestant(name, () => session.run({ feeds: { x } }))),
        rounds,
      );
      for (const [i, [name, session]] of sessions.entries()) {
        const seconds = medianSeconds(measured[i]!);
        rows.push({
          "rows x in x out": `${size.rows} x ${size.inputs} x ${size.outputs}`,
          form: name,
          "CPU ms": seconds * 1e3,
          "GOP / CPU s": (2e-9 * size.rows * size.inputs * size.outputs) / seconds,
          "this / float32": medianRatio(measured[i]!, measured[0]!),
          "row alone": (await isRowIndependent(session, x)) ? "same bits" : "differs",
        });
      }
    }
    return { rows };
  },
};

/** float32 first. */
function programs({ inputs, outputs }: Size): Readonly<Record<string, Program>> {
  const x = input("x", "float32", ["rows", inputs]);
  const weight = numbers([outputs, inputs], 0.07);
  const values = weight.data.map((value) => Math.round((value / 0.035) * 127));
  const step = 0.035 / 127;
  const scales = (shape: readonly number[]) =>
    tensor("float32", shape, new Float32Array(shape.reduce((a, b) => a * b)).fill(step));
  const node = { x, y: { dtype: "float32", shape: ["rows", outputs] } } as const;
  // ONNX Runtime takes [in, out] here, and reads nothing into which of the numbers are where.
  const transposed = tensor("int8", [inputs, outputs], Int8Array.from(values));
  const blocks = (size: number): Program =>
    oneNode({
      ...node,
      operator: "MatMulNBits",
      attributes: { K: inputs, N: outputs, bits: 8, block_size: size, accuracy_level: 4 },
      constants: [
        tensor(
          "uint8",
          [outputs, inputs / size, size],
          Uint8Array.from(values, (value) => value + 128),
        ),
        scales([(outputs * inputs) / size]),
      ],
    });
  const matrix = constant(tensor("int8", [outputs, inputs], Int8Array.from(values)));
  return {
    float32: serialize({ outputs: { y: linear(x, constant(weight)) } }),
    "a scale for each row (int8Linear)": serialize({
      outputs: { y: int8Linear(x, { values: matrix, scale: constant(scales([outputs, 1])) }) },
    }),
    "a scale for all rows (DynamicQuantizeMatMul)": oneNode({
      ...node,
      operator: "DynamicQuantizeMatMul",
      constants: [transposed, scales([outputs])],
    }),
    "scales for blocks of 32 (MatMulNBits)": blocks(32),
    "scales for blocks of 256 (MatMulNBits)": blocks(256),
  };
}

/** Whether a row gives the same by itself: others that share its batch then do not matter. */
async function isRowIndependent(session: Session, x: Tensor<"float32">): Promise<boolean> {
  const alone = tensor("float32", [1, x.shape[1]!], x.data.slice(0, x.shape[1]));
  const [all, one] = [await session.run({ feeds: { x } }), await session.run({ feeds: { x: alone } })];
  const expected = one.y!.data as Float32Array;
  const actual = all.y!.data as Float32Array;
  return expected.every((value, i) => value === actual[i]);
}

/** Uniform around zero, of a range. */
function numbers(shape: readonly [number, number], range: number): Tensor<"float32"> {
  const stream = createStream(3);
  const values = Float32Array.from(
    { length: shape[0] * shape[1] },
    (_, i) => (stream.uniform(i) - 0.5) * range,
  );
  return tensor("float32", shape, values);
}
