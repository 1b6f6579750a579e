import { createStream, elementCount, tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import {
  gatherElements,
  gradients,
  input,
  logSoftmax,
  negate,
  reduceSum,
  reshape,
  serialize,
} from "@sdtt/graph";
import type { Program, Weights } from "@sdtt/graph";
import { evaluateProgram, gradientErrors, openProgram } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { causalHidden } from "./causal.ts";
import { causalProgram, causalStepProgram } from "./causal-programs.ts";
import { headOf } from "./config.ts";
import type { CausalDescription } from "./config.ts";
import { tokenLogits } from "./heads.ts";
import { declareParameters } from "./parameter-source.ts";
import { causalParameters } from "./parameters.ts";

const config = { vocabSize: 11, hiddenSize: 8, blockCount: 2, headCount: 2, length: 6 };
const models: readonly CausalDescription[] = [
  { family: "ar", config },
  { family: "gpt2", config },
];
const [batch, length, width] = [2, 6, 8];

const int64 = (shape: number[], values: readonly number[]) =>
  tensor("int64", shape, BigInt64Array.from(values, BigInt));

/** Numbers wide enough that nothing is nearly linear; norms near 1. */
function numbersFor(name: string, count: number): number[] {
  const centre = /(norm\w*|ln_\w)\.weight$/.test(name) ? 1 : 0;
  const stream = createStream(5).child(name);
  return Array.from({ length: count }, (_, i) => centre + 1.2 * (stream.uniform(i) - 0.5));
}

const weightsOf = (model: CausalDescription): Weights =>
  new Map(
    causalParameters(model).map(({ name, shape }) => {
      const data = Float32Array.from(numbersFor(name, elementCount(shape)));
      return [name, { dtype: "float32", shape, source: { tensor: tensor("float32", shape, data) } }];
    }),
  );
const tokens = Array.from({ length: batch * length }, (_, i) => createStream(8).uint32(i) % 10);
const everyRow = [...tokens.keys()];

const largestDifference = (a: readonly number[], b: readonly number[]) => {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
};

const stepwise = [
  [1, 1, 1, 1, 1, 1],
  [4, 1, 1],
  [2, 3, 1],
].flatMap((steps) => [false, true].map((decompose) => ({ steps, decompose })));
describe.each(models)("$family", (model) => {
  const weights = weightsOf(model);
  async function hiddenRows(ids: readonly number[], rows: readonly number[] = everyRow): Promise<number[]> {
    const { hidden } = await evaluateProgram(causalProgram({ model, weights }), {
      tokens: int64([batch, length], ids),
      rows: int64([rows.length], rows),
    });
    return Array.from(hidden!.data, Number);
  }

  test("a later token changes no earlier row", async () => {
    const before = await hiddenRows(tokens);
    const changed = tokens.map((id, i) => (i % length === 3 ? (id + 1) % 10 : id));
    const after = await hiddenRows(changed);
    const rows = everyRow.map((row) =>
      largestDifference(
        before.slice(row * width, (row + 1) * width),
        after.slice(row * width, (row + 1) * width),
      ),
    );
    rows.forEach((difference, row) => {
      if (row % length < 3) expect(difference).toBe(0);
      else expect(difference).toBeGreaterThan(1e-4);
    });
  });

  test("chosen rows are the same rows of the whole", async () => {
    const whole = await hiddenRows(tokens);
    const rows = [3, 11, 3];
    const expected = rows.flatMap((row) => whole.slice(row * width, (row + 1) * width));
    expect(largestDifference(await hiddenRows(tokens, rows), expected)).toBeLessThan(1e-6);
  });

  test("the decomposed graph, in plain ONNX operators, agrees with the fused one", async () => {
    const hidden = causalHidden({
      model,
      parameters: declareParameters(causalParameters(model), { weights }),
      tokens: input("tokens", "int64", ["batch", "length"]),
      rows: input("rows", "int64", ["rows"]),
    });
    const program = serialize({ outputs: { hidden }, weights, decompose: true });
    const feeds = { tokens: int64([batch, length], tokens), rows: int64([everyRow.length], everyRow) };
    const plain = Array.from((await evaluateProgram(program, feeds)).hidden!.data, Number);
    expect(largestDifference(plain, await hiddenRows(tokens))).toBeLessThan(1e-5);
  });

  test.each(stepwise)(
    "with a cache, in steps of $steps, decomposed $decompose, it gives what it gives without",
    async ({ steps, decompose }) => {
      const expected = await hiddenRows(tokens);
      const program = await openProgram(causalStepProgram({ model, weights, decompose }));
      const empty = tensor("float32", [batch, 2, 0, width / 2], new Float32Array(0));
      const slots = [0, 1].flatMap((block) => [`${block}.keys`, `${block}.values`]);
      let cache = slots.map((): Tensor => empty);
      let start = 0;
      for (const size of steps) {
        const places = [0, 1].flatMap((text) =>
          Array.from({ length: size }, (_, i) => text * length + start + i),
        );
        const result = await program.run({
          tokens: int64(
            [batch, size],
            places.map((place) => tokens[place]!),
          ),
          rows: int64([places.length], [...places.keys()]),
          start: int64([1], [start]),
          ...Object.fromEntries(slots.map((slot, i) => [`past.${slot}`, cache[i]!])),
        });
        const rows = places.flatMap((place) => expected.slice(place * width, (place + 1) * width));
        expect(largestDifference(Array.from(result.hidden!.data, Number), rows)).toBeLessThan(1e-5);
        cache = slots.map((slot) => result[`present.${slot}`]!);
        start += size;
      }
      expect(cache[0]!.shape).toEqual([batch, 2, length, width / 2]);
      await program.close();
    },
  );

  /** Cross-entropy of the next tokens, and its gradient for every parameter. */
  function lossProgram(): Program {
    const parameters = declareParameters(causalParameters(model), { dtype: "float64" });
    const hidden = causalHidden({
      model,
      parameters,
      tokens: input("tokens", "int64", ["batch", "length"]),
      rows: input("rows", "int64", ["rows"]),
    });
    const targets = reshape(input("targets", "int64", ["rows"]), ["rows", 1]);
    const logProbs = gatherElements(
      logSoftmax(tokenLogits({ config: headOf(model), parameters, hidden })),
      targets,
    );
    const loss = negate(reduceSum(logProbs, { axes: [0, 1] }));
    const names = causalParameters(model).map(({ name }) => name);
    const found = gradients(loss, names.map(parameters.get));
    return serialize({
      outputs: { loss, ...Object.fromEntries(names.map((name, i) => [`gradient.${name}`, found[i]!])) },
    });
  }

  test("every gradient agrees with finite differences", async () => {
    const program = lossProgram();
    const rows = everyRow.filter((row) => row % length < length - 1);
    // Declared shapes, as the projection leaves out the mask's row.
    const parameters = program.inputs
      .filter(({ dtype }) => dtype === "float64")
      .map(({ name, shape: declared }) => {
        const shape = declared.map(Number);
        const data = Float64Array.from(numbersFor(name, elementCount(shape)));
        return [name, tensor("float64", shape, data)] as const;
      });
    const feeds = {
      tokens: int64([batch, length], tokens),
      rows: int64([rows.length], rows),
      targets: int64(
        [rows.length],
        rows.map((row) => tokens[row + 1]!),
      ),
      ...Object.fromEntries(parameters),
    };
    const names = causalParameters(model).map(({ name }) => name);
    const errors = await gradientErrors({ program, feeds, names, directions: 4 });
    expect(Object.keys(errors)).toEqual(names);
    for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-8);
  });
});
