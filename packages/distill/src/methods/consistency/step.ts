import { createResourceStack, createStream } from "@sdtt/core";
import { createDenoiser } from "@sdtt/runtime";
import type { ResidentWeights } from "@sdtt/runtime";
import { createStepper } from "../../training/stepper.ts";
import type { TaskMeter } from "../../training/task-meter.ts";
import type { MethodContext, MethodStep } from "../method.ts";
import { createTeacherDistance } from "../teacher-distance.ts";
import { consistencyTask } from "./task.ts";

export interface ConsistencyStepOptions extends MethodContext {
  readonly maxJump: number;
  readonly dataWeight: number;
}

/**
 * Consistency without a teacher (MPDC, arXiv 2605.00161): the student learns to say at a time what its moving average says at an
 * earlier one of the same text. The teacher is what it starts from, and what a validation compares it with.
 */
export async function openConsistency(options: ConsistencyStepOptions): Promise<MethodStep> {
  const { engine, model, state, source, microBatchSize: batch, recompute, dtype } = options;
  const { length } = source;
  await using opened = createResourceStack();
  const open = async (weights: ResidentWeights) =>
    opened.use(await createDenoiser({ engine, description: model, weights }));
  const average = state.views("average");
  const denoiser = await open(average);
  const task = consistencyTask({ ...options, config: model.config, length, denoiser, average });
  const stepper = opened.use(await createStepper({ ...options, task }));
  const teacher = await open(options.teacher);

  const owned = opened.move();
  let distance: TaskMeter | undefined;
  return {
    update: stepper.update,
    async measure(blocks, settings) {
      const program = { engine, model, state, batch, length, recompute, matrixDtype: dtype };
      const random = createStream(options.seed);
      distance ??= owned.use(
        await createTeacherDistance({ ...options, ...program, random, denoiser: teacher }),
      );
      return {
        ...(await stepper.measure(blocks, settings)),
        distance: await distance.measure(blocks, settings?.signal),
      };
    },
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}
