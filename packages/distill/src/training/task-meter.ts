import { SdttError } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import { checkBlocks } from "./check-training.ts";
import { createLossMeter } from "./micro-step.ts";
import type { MicroStepOptions } from "./micro-step.ts";
import { wholeDeal } from "../ranks/deal.ts";
import type { Task } from "./task.ts";

/** Measures the loss of a task under the moving average of the weights. */
export interface TaskMeter extends AsyncDisposable {
  /**
   * The loss of blocks `[n, length]` under noise that is the same each time. Throws `usage` unless n is a multiple of the
   * micro-batch size; `numeric` if the loss is not finite.
   */
  measure(blocks: Int32Array, signal?: AbortSignal): Promise<number>;
}

/** @param options.random - of the run; the meter has its own branch of it. */
export async function createTaskMeter(
  options: Omit<MicroStepOptions, "objective" | "networks"> & { task: Task; random: RandomStream },
): Promise<TaskMeter> {
  const { task, model, batch, length } = options;
  const { objective, networks } = task;
  const meter = await createLossMeter({ ...options, objective, networks });
  const held = options.random.child("held out");
  const [noise, teacher] = [held.child("noise"), held.child("teacher")];
  return {
    async measure(blocks, signal) {
      checkHeldOut(blocks, { batch, length });
      checkBlocks(blocks, model.config);
      let loss = 0;
      for await (const micro of task.microBatches(blocks, { noise, teacher, deal: wholeDeal, signal })) {
        if (micro.rows.length > 0) loss += await meter.run(micro);
      }
      if (Number.isFinite(loss)) return loss;
      throw new SdttError(
        "numeric",
        `The validation loss is ${loss}: the averaged weights, or what the network makes of them, are not finite. Continue from an earlier checkpoint.`,
      );
    },
    [Symbol.asyncDispose]: () => meter[Symbol.asyncDispose](),
  };
}

function checkHeldOut(blocks: Int32Array, { batch, length }: { batch: number; length: number }): void {
  const sequences = blocks.length / length;
  if (sequences > 0 && sequences % batch === 0) return;
  throw new SdttError(
    "usage",
    `Blocks are measured ${batch} at a time, as many as a micro-batch has; got ${sequences}.`,
  );
}
