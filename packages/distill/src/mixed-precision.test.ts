import { fixtureModel, fixtureNumbers, halfOperators, readFixture, emulateHalf } from "@sdtt/testing";
import { ditParameters } from "@sdtt/models";
import type { MatrixType } from "@sdtt/models";
import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { expect, test } from "vitest";
import { distributionDivergenceObjective } from "./methods/sdtt/objective.ts";
import { stepProgram } from "./programs/step-program.ts";
import { fillWith } from "./state/flat-layout.ts";
import { createTrainingState } from "./state/training-state.ts";
import { rowsTensor } from "./training/micro-batch.ts";
import { createMicroStep } from "./training/micro-step.ts";

const config = fixtureModel;
const [batch, length, vocab] = [3, 32, config.vocabSize];
const parameters = ditParameters(config);
const inputs = readFixture("train_inputs.safetensors");
const model = { family: "sdtt", config } as const;
const objective = distributionDivergenceObjective("kl-bwd");

/** What ONNX Runtime's CUDA provider has kernels for in float16 and in bfloat16 (docs/OperatorKernels.md, 1.29). */
const kernels = new Set([
  ..."Add Sub Mul Div Exp Sqrt Sigmoid Tanh Erf Sign Neg Pow Where MatMul Gemm Softmax LayerNormalization".split(
    " ",
  ),
  ..."FastGelu Gather Concat Split Slice Expand Reshape Transpose ReduceSum RotaryEmbedding Squeeze".split(
    " ",
  ),
  ..."MultiHeadAttention Min Max ScatterElements Sum Identity Unsqueeze".split(" "),
]);

test.each([{}, { recompute: true }, { dropout: 0.1 }])(
  "in half precision the CUDA provider has every operator of a step, and its borders stay float32: %o",
  (options) => {
    const program = stepProgram({ model, objective, batch, length, matrixDtype: "bfloat16", ...options });
    const used = halfOperators(program, "bfloat16");
    expect([...used].filter((operator) => !kernels.has(operator))).toEqual([]);
    expect([...used]).toEqual(expect.arrayContaining(["Gemm", "MultiHeadAttention", "FastGelu", "Softmax"]));
    const types = [...program.inputs, ...program.outputs].map(({ dtype }) => dtype);
    expect(new Set(types)).toEqual(new Set(["float32", "int64"]));
  },
);

/** Loss and gradient of one micro-batch, each operator of the half type emulated. */
async function firstGradient(matrixDtype: MatrixType) {
  await using real = await createEngine({ threads: 2 });
  const engine: Engine =
    matrixDtype === "float32"
      ? real
      : {
          ...real,
          load: (program, options) =>
            real.load(emulateHalf(program, matrixDtype), { ...options, optimization: "none" }),
        };
  const initial = Float32Array.from(parameters.flatMap(({ name }) => fixtureNumbers(inputs, `init.${name}`)));
  await using state = await createTrainingState({ engine, parameters, initial: fillWith(initial) });
  await using micro = await createMicroStep({
    engine,
    model,
    objective,
    state,
    batch,
    length,
    matrixDtype,
  });
  const tokens = Int32Array.from(fixtureNumbers(inputs, "step0.xt"));
  const distributions = fixtureNumbers(inputs, "step0.teacher_logprobs");
  const rows = Int32Array.from([...tokens.keys()].filter((row) => tokens[row] === vocab - 1));
  const loss = await micro.run({
    tokens,
    rows,
    rowWeights: new Float32Array(rows.length).fill(1 / rows.length),
    rowInputs: {
      teacher_log_probs: rowsTensor(
        Float32Array.from(
          [...rows].flatMap((row) => distributions.slice(row * vocab, (row + 1) * vocab - 1)),
        ),
        vocab - 1,
      ),
    },
  });
  return { loss, gradient: (await state.arrays.gradient.read()).data as Float32Array };
}

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

// Measured: gradients off by 2.4e-4 of their norm in float16, 1.7e-3 in bfloat16.
test.each([
  ["float16", 1e-3],
  ["bfloat16", 6e-3],
] as const)("a step in %s has the gradient of float32, up to its rounding", async (dtype, limit) => {
  const [exact, half] = [await firstGradient("float32"), await firstGradient(dtype)];
  expect(Math.abs(half.loss / exact.loss - 1)).toBeLessThan(limit);
  const error = norm(exact.gradient.map((value, i) => value - half.gradient[i]!)) / norm(exact.gradient);
  expect(error).toBeGreaterThan(0);
  expect(error).toBeLessThan(limit);
});
