import { fixtureModel, fixtureNumbers, readFixture } from "@sdtt/testing";
import { ditParameters } from "@sdtt/models";
import type { DitConfig } from "@sdtt/models";
import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TrainableLossName } from "@sdtt/losses";
import { adamWSettingsAt } from "./optimizer/adamw.ts";
import { createStateUpdater } from "./optimizer/update.ts";
import { fillWith } from "./state/flat-layout.ts";
import { createTrainingState } from "./state/training-state.ts";
import { distributionDivergenceObjective } from "./methods/sdtt/objective.ts";
import { rowsTensor } from "./training/micro-batch.ts";
import type { MicroBatch } from "./training/micro-batch.ts";
import { createMicroStep } from "./training/micro-step.ts";

const config: DitConfig = fixtureModel;
const [batch, length, vocab] = [3, 32, 97];
const parameters = ditParameters(config);
const inputs = readFixture("train_inputs.safetensors");
const expected = readFixture("train_expected.safetensors");

/** The norm of the difference, as a share of the norm. */
function relativeError(actual: ArrayLike<number>, wanted: readonly number[]): number {
  expect(actual.length).toBe(wanted.length);
  const norm = (values: readonly number[]) =>
    Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return norm(wanted.map((value, i) => value - actual[i]!)) / norm(wanted);
}

function microBatch(step: number): MicroBatch {
  const tokens = Int32Array.from(fixtureNumbers(inputs, `step${step}.xt`));
  const distributions = fixtureNumbers(inputs, `step${step}.teacher_logprobs`);
  const rows = Int32Array.from([...tokens.keys()].filter((row) => tokens[row] === vocab - 1));
  return {
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
  };
}

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 2 });
});
afterAll(() => engine[Symbol.asyncDispose]());

/** Six steps as the fixture was made: AdamW at 1e-3, no decay, no clipping, average 0.9999 with warm-up. */
async function train(loss: TrainableLossName) {
  const initial = Float32Array.from(parameters.flatMap(({ name }) => fixtureNumbers(inputs, `init.${name}`)));
  await using state = await createTrainingState({ engine, parameters, initial: fillWith(initial) });
  const objective = distributionDivergenceObjective(loss);
  await using micro = await createMicroStep({
    engine,
    model: { family: "sdtt", config },
    objective,
    state,
    batch,
    length,
  });
  await using updater = await createStateUpdater(engine, state);
  const read = async (name: keyof typeof state.arrays) =>
    (await state.arrays[name].read()).data as Float32Array;
  const options = {
    learningRate: { peak: 1e-3, warmupSteps: 0, after: { kind: "constant" } },
    clipNorm: Infinity,
  } as const;

  const losses: number[] = [];
  let firstGradient = new Float32Array(0);
  for (let step = 1; step <= 6; step++) {
    losses.push(await micro.run(microBatch(step - 1)));
    if (step === 1) firstGradient = (await read("gradient")).slice();
    const gradientNorm = await updater.gradientNorm();
    await updater.update(adamWSettingsAt(options, { step, averageStep: step, gradientNorm }));
  }
  const { slots } = state.layout;
  const part = (values: Float32Array, name: string) => {
    const { offset, shape } = slots.get(name)!;
    return values.subarray(offset, offset + shape.reduce((a, b) => a * b, 1));
  };
  return { losses, firstGradient, weights: await read("weights"), average: await read("average"), part };
}

describe("six steps of training equal the original's", () => {
  const cases: [TrainableLossName, string][] = [
    ["kl-bwd", "kl-bwd"],
    ["kl-fwd", "kl-fwd"],
    ["mse", "mse"],
    ["tvd-log", "tvd"],
  ];
  for (const [loss, key] of cases) {
    test(loss, async () => {
      const trained = await train(loss);
      expect(relativeError(trained.losses, fixtureNumbers(expected, `${key}.losses`))).toBeLessThan(1e-4);
      for (const { name } of parameters) {
        const wanted = expected.has(`${key}.grad0.${name}`)
          ? fixtureNumbers(expected, `${key}.grad0.${name}`)
          : undefined;
        if (!wanted) continue;
        const own = trained.part(trained.firstGradient, name).subarray(0, wanted.length);
        if (wanted.some((value) => value !== 0)) expect(relativeError(own, wanted), name).toBeLessThan(1e-4);
        else expect(Math.max(...own.map(Math.abs)), name).toBe(0);
      }
      if (loss !== "kl-bwd") return;
      for (const { name } of parameters) {
        for (const [array, label] of [
          [trained.weights, "final"],
          [trained.average, "ema"],
        ] as const) {
          const own = trained.part(array, name);
          expect(
            relativeError(own, fixtureNumbers(expected, `kl-bwd.${label}.${name}`)),
            `${label} ${name}`,
          ).toBeLessThan(1e-4);
        }
      }
    });
  }
});
