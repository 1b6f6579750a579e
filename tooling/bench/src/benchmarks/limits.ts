import { tensor } from "@sdtt/core";
import { constant, input, linear, reduceSum, serialize } from "@sdtt/graph";
import type { Program } from "@sdtt/graph";
import { createEngine } from "@sdtt/runtime";
import type { Benchmark } from "../benchmark.ts";
import { contestant, race, times } from "../harness/race.ts";
import { oneNode } from "../one-node.ts";

/** Rows and columns of the matrices: large enough that all but the products is negligible. */
const size = 2048;
/** Numbers that are read to measure the memory, far more than any cache holds. */
const read = { rows: 256, columns: 2 ** 18 };

export const limits: Benchmark = {
  summary: "what binds every other number: the peaks of matrix products in float32 and int8, and the memory",
  async run({ threads, rounds }) {
    await using engine = await createEngine({ threads });
    await using stack = new AsyncDisposableStack();
    const works = [
      { ...float32Product(), unit: "GFLOP/s", amount: 2 * size ** 3 },
      { ...int8Product(), unit: "GOP/s", amount: 2 * size ** 3 },
      { ...reading(), unit: "GB/s", amount: 4 * read.rows * read.columns },
    ];
    const contestants = [];
    for (const { name, program, x } of works) {
      const session = stack.use(await engine.load(program));
      contestants.push(contestant(name, () => session.run({ feeds: { x } })));
    }
    const measured = await race(contestants, rounds);
    const rows = works.map(({ name, unit, amount }, i) => {
      const timed = times(measured[i]!);
      const rate = (seconds: number) => `${(amount / seconds / 1e9).toFixed(0)} ${unit}`;
      return { limit: name, median: rate(timed["median s"]), "fastest round": rate(timed["fastest s"]) };
    });
    return { rows };
  },
};

function float32Product() {
  const matrix = tensor("float32", [size, size], new Float32Array(size * size).fill(0.5));
  const y = linear(input("x", "float32", ["rows", size]), constant(matrix));
  return { name: "float32 products", program: serialize({ outputs: { y } }), x: matrix };
}

/** Bytes by int8, as `int8Linear` multiplies them. */
function int8Product() {
  const program: Program = oneNode({
    operator: "MatMulInteger",
    domain: "",
    x: { dtype: "uint8", shape: ["rows", size] },
    y: { dtype: "int32", shape: ["rows", size] },
    constants: [
      tensor("int8", [size, size], new Int8Array(size * size).fill(3)),
      tensor("uint8", [], Uint8Array.of(128)),
    ],
  });
  const x = tensor("uint8", [size, size], new Uint8Array(size * size).fill(200));
  return { name: "int8 products", program, x };
}

function reading() {
  const x = tensor("float32", [read.rows, read.columns], new Float32Array(read.rows * read.columns).fill(1));
  const y = reduceSum(input("x", "float32", ["rows", read.columns]), { axes: [1] });
  return { name: "reading memory", program: serialize({ outputs: { y } }), x };
}
