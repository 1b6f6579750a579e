import { firstNotFinite, SdttError, throwIfAborted } from "@sdtt/core";
import type { Engine } from "@sdtt/runtime";
import { adamWSettingsAt } from "../optimizer/adamw.ts";
import type { AdamWOptions } from "../optimizer/adamw.ts";
import { checkSchedule, learningRateAt } from "../optimizer/schedule.ts";
import { createStateUpdater } from "../optimizer/update.ts";
import type { TrainingProgress } from "../progress.ts";
import type { TrainingState } from "../state/training-state.ts";
import type { MicroBatch } from "./micro-batch.ts";
import type { MicroStep } from "./micro-step.ts";

/** What one update did. */
export interface UpdateReport {
  /** Before the update. */
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Rows that the loss was taken over. */
  readonly rows: number;
}

/** Micro-batches to one update of the state. */
export interface Updates extends AsyncDisposable {
  /**
   * Adds up the gradients of the micro-batches and updates the state in place. If it fails or is stopped, nothing but the
   * gradient has changed, and that is zero again.
   *
   * @throws SdttError `numeric` if the loss or the gradient is not finite; `aborted` between micro-batches.
   */
  run(
    microStep: MicroStep,
    batches: AsyncIterable<MicroBatch>,
    at: { progress: TrainingProgress; signal?: AbortSignal | undefined },
  ): Promise<UpdateReport>;
}

export async function createUpdates(
  engine: Engine,
  state: TrainingState,
  options: AdamWOptions,
): Promise<Updates> {
  checkSchedule(options.learningRate);
  const updater = await createStateUpdater(engine, state);

  return {
    async run(microStep, batches, { progress, signal }) {
      const optimizerStep = progress.optimizerStep + 1;
      try {
        let [loss, rows] = [0, 0];
        for await (const batch of batches) {
          throwIfAborted(signal);
          if (batch.rows.length === 0) continue;
          loss += await microStep.run(batch);
          rows += batch.rows.length;
        }
        const gradientNorm = await updater.gradientNorm();
        if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
          throw await updateError(state, progress.step, loss);
        }
        const averageStep = progress.averageStep + 1;
        await updater.update(adamWSettingsAt(options, { step: optimizerStep, averageStep, gradientNorm }));
        return {
          loss,
          gradientNorm,
          rows,
          learningRate: learningRateAt(options.learningRate, optimizerStep),
        };
      } catch (error) {
        // Where the device itself is gone this fails as well, and says less.
        await state.clear("gradient").catch(() => {});
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => updater[Symbol.asyncDispose](),
  };
}

/** Says what is not finite: a weight before what follows from it, the loss before the gradient. */
async function updateError(state: TrainingState, step: number, loss: number): Promise<SdttError> {
  const weight = await nameOfBroken(state, "weights");
  const gradient = Number.isFinite(loss) && !weight ? await nameOfBroken(state, "gradient") : undefined;
  const what = weight
    ? `the weight ${weight}`
    : Number.isFinite(loss)
      ? `the ${gradient ? `gradient of ${gradient}` : "norm of the gradient"}`
      : `the loss (${loss})`;
  const remedy = weight
    ? "begin with other weights"
    : "lower the learning rate or resume from an earlier checkpoint";
  return new SdttError(
    "numeric",
    `Update ${step + 1}: ${what} is not finite. The weights are those of update ${step}; ${remedy}.`,
  );
}

async function nameOfBroken(
  state: TrainingState,
  array: "weights" | "gradient",
): Promise<string | undefined> {
  for (const [name, view] of state.views(array).residents) {
    const { data } = await view.read();
    if (firstNotFinite(data as Float32Array) >= 0) return name;
  }
  return undefined;
}
