import { createStream, SdttError } from "@sdtt/core";
import type { TrainableLossName } from "@sdtt/losses";
import type { ModelDescription } from "@sdtt/models";
import { createDenoiser } from "@sdtt/runtime";
import type { ResidentWeights } from "@sdtt/runtime";
import { logLinearSchedule } from "@sdtt/scheduler";
import { createMicroStep } from "../micro-step.ts";
import type { MicroBatch } from "../micro-step.ts";
import { startOfTraining } from "../progress.ts";
import type { TrainingProgress } from "../progress.ts";
import { teacherTargets } from "../targets/teacher-targets.ts";
import type { TeacherGrid } from "../targets/teacher-times.ts";
import { planTrajectory } from "../targets/trajectory-plan.ts";
import { microBatches, noiseBatch } from "../training/noised-batch.ts";
import type { NoisedBatch } from "../training/noised-batch.ts";
import { advance, checkTraining } from "../training/trainer.ts";
import type { Trainer, TrainingOptions } from "../training/trainer.ts";
import { createUpdates } from "../training/updates.ts";
import { planRounds } from "./round-plan.ts";
import type { Round, RoundsOptions } from "./round-plan.ts";
import type { TeacherWeights } from "./teacher-weights.ts";

export interface DistillationOptions extends TrainingOptions, Partial<RoundsOptions> {
  /** The teacher's weights, resident; each round's end writes the student's over them. */
  readonly teacher: TeacherWeights;
  /** `kl-bwd`, the paper's and the best of them, unless given. */
  readonly loss?: TrainableLossName;
  /** `paper` unless given. */
  readonly targets?: TeacherGrid;
  /** Whether a round begins with fresh moments. Not, unless given. */
  readonly resetOptimizer?: boolean;
  /** Which of the student's weights teach the next round; `raw` unless given, as the original's default. */
  readonly nextTeacher?: "raw" | "average";
}

/** A distillation that goes on one update at a time. */
export interface Distiller extends Trainer {
  readonly rounds: readonly Round[];
  /** The round of the next update; undefined when all are done. */
  readonly round: Round | undefined;
  /** True when the last update ended a round and the next one has not begun: the time to keep the student. */
  readonly atRoundEnd: boolean;
}

const wholeNumbers = { teacherSteps: 1024, stepsPerTarget: 2, smallestSteps: 8, updatesPerRound: 10_000 };

/**
 * Self-distillation through time (arXiv 2410.21035, algorithms 1 and 2): in each round the student learns to predict in one
 * pass what its teacher predicts along several steps; then it becomes the teacher, and the step grows.
 */
export async function createDistiller(options: DistillationOptions): Promise<Distiller> {
  checkTraining(options);
  const { engine, config, state, teacher, seed, loss = "kl-bwd", targets: grid = "paper" } = options;
  const { schedule = logLinearSchedule(), antithetic = true } = options;
  const { teacherSteps, stepsPerTarget, smallestSteps, updatesPerRound } = {
    ...wholeNumbers,
    ...definedOf(options),
  };
  const rounds = planRounds({ teacherSteps, stepsPerTarget, smallestSteps, updatesPerRound });
  const maskId = config.vocabSize - 1;
  const { length } = options.source;
  const weights: ResidentWeights = teacher.views();
  const description: ModelDescription = { family: "sdtt", config };
  const denoiser = await createDenoiser({ engine, description, weights });
  const target = { kind: "hidden", hiddenSize: config.hiddenSize } as const;
  const objective = { kind: "distillation", loss, target } as const;
  const shape = { batch: options.microBatchSize, length };
  const microStep = await createMicroStep({ engine, config, state, objective, teacher: weights, ...shape });
  const updates = await createUpdates(engine, state, options.optimizer);
  let progress: TrainingProgress = options.progress ?? { ...startOfTraining, round: 1 };

  const roundAt = ({ round }: TrainingProgress): Round | undefined => rounds[round - 1];

  async function* batchesOf(
    batch: NoisedBatch,
    dt: number,
    signal?: AbortSignal,
  ): AsyncGenerator<MicroBatch> {
    const stream = createStream(seed).child("teacher").child(progress.step);
    for (const { start, end } of microBatches(options.batchSize, options.microBatchSize)) {
      const tokens = batch.noised.subarray(start * length, end * length);
      const times = batch.times.subarray(start, end);
      const steps = stepsPerTarget;
      const plan = planTrajectory({
        tokens,
        length,
        maskId,
        times,
        dt,
        steps,
        grid,
        schedule,
        stream: stream.child(start),
      });
      const { rows, hidden } = await teacherTargets({
        teacher: denoiser,
        tokens,
        batch: end - start,
        length,
        plan,
        signal,
      });
      const rowWeights = new Float32Array(rows.length).fill(1 / batch.maskedCount);
      yield { tokens, rows, rowWeights, teacher: hidden };
    }
  }

  return {
    rounds,
    get progress() {
      return progress;
    },
    get round() {
      return roundAt(progress);
    },
    get atRoundEnd() {
      return progress.roundStep === updatesPerRound;
    },
    async update({ signal } = {}) {
      if (progress.roundStep === updatesPerRound) {
        await teacher.replace(state.arrays[options.nextTeacher === "average" ? "average" : "weights"]);
        if (options.resetOptimizer) await state.resetMoments();
        const optimizerStep = options.resetOptimizer ? 0 : progress.optimizerStep;
        progress = { ...progress, optimizerStep, round: progress.round + 1, roundStep: 0 };
      }
      const round = roundAt(progress);
      if (!round) throw new SdttError("usage", `All ${rounds.length} rounds are done.`);
      const clean = await options.source.read(options.order.at(progress.step));
      const noise = { maskId, schedule, seed, step: progress.step, antithetic, leastTime: 1e-5 };
      const batch = noiseBatch({ clean, length, ...noise });
      const report = await updates.run(microStep, batchesOf(batch, round.dt, signal), progress);
      progress = { ...advance(progress), roundStep: progress.roundStep + 1 };
      return report;
    },
    async [Symbol.asyncDispose]() {
      for (const owned of [updates, microStep, denoiser]) await owned[Symbol.asyncDispose]();
    },
  };
}

function definedOf(options: Partial<RoundsOptions>): Partial<RoundsOptions> {
  const names = Object.keys(wholeNumbers) as (keyof RoundsOptions)[];
  return Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}
