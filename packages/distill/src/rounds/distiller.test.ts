import { ditParameters } from "@sdtt/models";
import { createEngine } from "@sdtt/runtime";
import type { Engine, ResidentTensor } from "@sdtt/runtime";
import { logLinearSchedule } from "@sdtt/scheduler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fillFromWeights } from "../checkpoint/parameter-file.ts";
import { flatLayout } from "../state/flat-layout.ts";
import { createTrainingState } from "../state/training-state.ts";
import { smallConfig, smallDistillation, smallModel } from "../testing/small-run.ts";
import { createDistiller } from "./distiller.ts";
import { planSdtt } from "../methods/sdtt/plan.ts";
import { paperRounds, planRounds } from "../methods/sdtt/rounds.ts";
import { createTeacherWeights } from "./teacher-weights.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
});
afterAll(() => engine[Symbol.asyncDispose]());

const valuesOf = async (tensor: ResidentTensor) => (await tensor.read()).data as Float32Array;

describe("rounds", () => {
  test("the paper's are seven, and the step doubles", () => {
    const rounds = planRounds(paperRounds);
    expect(rounds.map(({ studentSteps }) => studentSteps)).toEqual([512, 256, 128, 64, 32, 16, 8]);
    rounds.slice(1).forEach(({ dt }, i) => expect(dt / rounds[i]!.dt).toBeCloseTo(2, 12));
    expect(rounds[0]!.dt).toBeCloseTo((1 - 1e-5) / 1024, 12);
  });

  test.each([
    ["weights", false],
    ["average", true],
  ] as const)("after one the student's %s teach; moments reset: %s", async (nextTeacher, resetOptimizer) => {
    const parameters = ditParameters(smallConfig);
    const { teacher: checkpoint, ...rest } = smallDistillation();
    const initial = fillFromWeights(checkpoint.weights, flatLayout(parameters));
    await using state = await createTrainingState({ engine, parameters, initial });
    await using teacher = await createTeacherWeights({ engine, parameters, initial });
    const before = await valuesOf(teacher.flat);
    await using distiller = await createDistiller({
      ...rest,
      engine,
      model: smallModel,
      state,
      teacher,
      companions: {},
      method: planSdtt({
        teacherSteps: 8,
        stepsPerTarget: 2,
        smallestSteps: 2,
        updatesPerRound: 2,
        nextTeacher,
        resetOptimizer,
      }),
      microBatchSize: 2,
      seed: 1,
      schedule: logLinearSchedule(),
      antithetic: true,
      maskOrder: "random",
      dropout: 0,
      recompute: false,
    });
    await distiller.update();
    await distiller.update();
    expect(distiller.atRoundEnd).toBe(true);
    expect(await valuesOf(teacher.flat)).toEqual(before);
    const student = (await valuesOf(state.arrays[nextTeacher])).slice();

    await distiller.update();
    expect(await valuesOf(teacher.flat)).toEqual(student);
    expect(distiller.progress).toEqual({
      step: 3,
      averageStep: 3,
      optimizerStep: resetOptimizer ? 1 : 3,
      round: 2,
      roundStep: 1,
    });
    await distiller.update();
    await expect(distiller.update()).rejects.toThrow("All 2 rounds are done.");
  });
});
