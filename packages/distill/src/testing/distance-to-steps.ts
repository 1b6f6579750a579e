import { createStream } from "@sdtt/core";
import type { Denoiser } from "@sdtt/core";
import type { DenoiserDescription } from "@sdtt/models";
import type { Checkpoint } from "@sdtt/hub";
import { createDenoiser } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { logLinearSchedule, maskTokens } from "@sdtt/scheduler";
import { planTrajectory } from "../targets/trajectory-plan.ts";
import { divergence, distributionsOf, meanDistributions, normalized } from "./mean-distributions.ts";

/**
 * How far a model's one pass is from what several steps of a teacher come to on average, over masked texts: the divergence
 * from student to teacher (`kl-bwd`) to the normalized geometric mean of the distributions along the teacher's trajectories. That is
 * the loss less all that no student can avoid, since a new trajectory is drawn each time: it is 0 for the student that the
 * loss is least at.
 */
export type Distance = (model: Checkpoint<DenoiserDescription>) => Promise<number>;

export async function distanceToSteps(options: {
  engine: Engine;
  teacher: Checkpoint<DenoiserDescription>;
  /** Texts, `[batch * length]`; the i-th of n is masked as at the time (i + 1/2) / n. */
  clean: Int32Array;
  length: number;
  /** The teacher's steps: how many and of what size. */
  steps: number;
  dt: number;
  /** An even number. */
  trajectories: number;
}): Promise<Distance> {
  const { engine, teacher, clean, length, steps, dt, trajectories } = options;
  const batch = clean.length / length;
  const times = Array.from({ length: batch }, (_, i) => (i + 0.5) / batch);
  const schedule = logLinearSchedule();
  const maskId = teacher.description.config.vocabSize - 1;
  const tokens = maskTokens({ tokens: clean, length, maskId, times, schedule, stream: createStream(4) });
  const rows = Int32Array.from(tokens.keys()).filter((row) => tokens[row] === maskId);

  async function withDenoiser<T>(model: typeof teacher, use: (denoiser: Denoiser) => Promise<T>): Promise<T> {
    await using denoiser = await createDenoiser({ engine, ...model });
    return await use(denoiser);
  }
  const grid = { tokens, batch, length };
  const half = (stream: number) =>
    withDenoiser(teacher, (denoiser) =>
      meanDistributions({
        ...grid,
        teacher: denoiser,
        stream: createStream(stream),
        trajectories: trajectories / 2,
        plan: (own) =>
          planTrajectory({ ...grid, maskId, times, dt, steps, grid: "paper", schedule, stream: own }),
      }),
    );
  const [first, second] = [await half(1), await half(2)];
  const target = normalized(
    first.map((logProb, i) => (logProb + second[i]!) / 2),
    maskId,
  );
  // To the first order, two estimates of n trajectories each are four times as far apart as one of 2 n is from the truth.
  const error = divergence(first, second, maskId) / 4;
  return (model) =>
    withDenoiser(model, async (denoiser) => {
      const distributions = await distributionsOf(denoiser, { ...grid, rows });
      return divergence(distributions, target, maskId) - error;
    });
}
