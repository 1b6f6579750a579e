import { alone, firstNotFinite, SdttError, throwIfAborted } from "@sdtt/core";
import type { Collective } from "@sdtt/core";
import type { Engine } from "@sdtt/runtime";
import { adamWSettingsAt } from "../optimizer/adamw.ts";
import type { AdamWOptions } from "../optimizer/adamw.ts";
import { checkSchedule, learningRateAt } from "../optimizer/schedule.ts";
import { createStateUpdater } from "../optimizer/update.ts";
import type { TrainingProgress } from "../progress.ts";
import { stopTogether } from "../ranks/stop-together.ts";
import { sumArray } from "../ranks/share-array.ts";
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
  /** Of the networks that are trained beside the student, by their names. */
  readonly companions?: Readonly<Record<string, Pick<UpdateReport, "loss" | "gradientNorm">>>;
}

interface UpdateOptions {
  readonly progress: TrainingProgress;
  readonly signal?: AbortSignal | undefined;
}

/** Micro-batches to one update of the state of one network. */
export interface Updates extends AsyncDisposable {
  /** The processes that share each update, with micro-batches of their own. */
  readonly ranks: Collective;
  /**
   * Adds up the gradients of the micro-batches and updates the state in place. If it fails or is stopped, nothing but the
   * gradient has changed, and that is zero again.
   *
   * @throws SdttError `numeric` if the loss or the gradient is not finite; `aborted` between micro-batches.
   */
  run(microStep: MicroStep, batches: AsyncIterable<MicroBatch>, at: UpdateOptions): Promise<UpdateReport>;
  /** Adds the gradient of a micro-batch; one without rows adds nothing. */
  add(microStep: MicroStep, batch: MicroBatch): Promise<void>;
  /** The gradient of all that was added. Throws `numeric` if it is not finite. */
  gather(progress: TrainingProgress): Promise<Omit<UpdateReport, "learningRate">>;
  /** Updates the state with it. */
  apply(progress: TrainingProgress, gradientNorm: number): Promise<void>;
  /** Forgets what was added. */
  discard(): Promise<void>;
}

export async function createUpdates(
  engine: Engine,
  state: TrainingState,
  options: AdamWOptions,
  ranks: Collective = alone,
): Promise<Updates> {
  checkSchedule(options.learningRate);
  const updater = await createStateUpdater(engine, state);
  let [loss, rows] = [0, 0];

  const updates: Updates = {
    ranks,
    async run(microStep, batches, at) {
      async function* lone() {
        for await (const batch of batches) yield [batch];
      }
      const [report] = await updateTogether([{ updates, microStep }], lone(), at);
      const learningRate = learningRateAt(options.learningRate, at.progress.optimizerStep + 1);
      return { ...report!, learningRate };
    },
    async add(microStep, batch) {
      if (batch.rows.length === 0) return;
      loss += await microStep.run(batch);
      rows += batch.rows.length;
    },
    async gather({ step }) {
      const sums = Float64Array.of(loss, rows);
      await ranks.sum(sums);
      [loss, rows] = [sums[0]!, sums[1]!];
      await sumArray(ranks, state.arrays.gradient);
      const gradientNorm = await updater.gradientNorm();
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
        throw await updateError(state, step, loss);
      }
      return { loss, gradientNorm, rows };
    },
    async apply(progress, gradientNorm) {
      const [step, averageStep] = [progress.optimizerStep + 1, progress.averageStep + 1];
      await updater.update(adamWSettingsAt(options, { step, averageStep, gradientNorm }));
      [loss, rows] = [0, 0];
    },
    async discard() {
      [loss, rows] = [0, 0];
      // Where the device itself is gone this fails as well, and says less.
      await state.clear("gradient").catch(() => {});
    },
    [Symbol.asyncDispose]: () => updater[Symbol.asyncDispose](),
  };
  return updates;
}

/** A network in training: what makes its gradients, and what they update. */
export interface Learner {
  readonly updates: Updates;
  readonly microStep: MicroStep;
}

/**
 * One update of several networks, all or none: no state changes before every gradient is known and finite.
 *
 * @param batches - a micro-batch for each of the networks at a time.
 * @returns a report for each.
 */
export async function updateTogether(
  learners: readonly Learner[],
  batches: AsyncIterable<readonly MicroBatch[]>,
  { progress, signal }: UpdateOptions,
): Promise<Omit<UpdateReport, "learningRate">[]> {
  try {
    await stopTogether(learners[0]!.updates.ranks, async () => {
      for await (const batch of batches) {
        throwIfAborted(signal);
        for (const [i, { updates, microStep }] of learners.entries()) await updates.add(microStep, batch[i]!);
      }
    });
    const reports: Omit<UpdateReport, "learningRate">[] = [];
    for (const { updates } of learners) reports.push(await updates.gather(progress));
    for (const [i, { updates }] of learners.entries()) {
      await updates.apply(progress, reports[i]!.gradientNorm);
    }
    return reports;
  } catch (error) {
    for (const { updates } of learners) await updates.discard();
    throw error;
  }
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
