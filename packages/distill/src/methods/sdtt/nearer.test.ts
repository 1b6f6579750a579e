import { join } from "node:path";
import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import { createEngine } from "@sdtt/runtime";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { distill } from "../../run/distill.ts";
import { collect } from "../../testing/collect.ts";
import { distanceToSteps } from "../../testing/distance-to-steps.ts";
import { randomCheckpoint, randomOrder, randomSource } from "../../testing/small-run.ts";
import { planRounds } from "./rounds.ts";

// A network of random weights knows much less than a trained one what it would say next, so that its steps differ much
// from its one pass: there is a distance to go, and it is measured without the noise of the trajectories.
test("a student's one pass is three times nearer to its teacher's two steps than the teacher's own, and the next student's to four", async () => {
  await using engine = await createEngine({ threads: 1 });
  await using directory = await temporaryDirectory();
  const teacher = randomCheckpoint();
  const [length, batchSize, updatesPerRound] = [16, 16, 400];
  const rounds = { teacherSteps: 8, stepsPerTarget: 2, smallestSteps: 2, updatesPerRound };
  const after = { kind: "cosine", totalSteps: 2 * updatesPerRound, floor: 0.05 } as const;
  const source = randomSource();
  await collect(
    distill({
      engine,
      teacher,
      source,
      batchSize,
      directory: directory.path,
      order: randomOrder({ batchSize }),
      optimizer: { learningRate: { peak: 5e-4, warmupSteps: 5, after }, averageDecay: 0.95 },
      ...rounds,
    }),
  );
  const clean = await source.read(Array.from({ length: 16 }, (_, i) => i));
  const { dt } = planRounds(rounds)[0]!;
  for (const [round, steps] of [
    [1, 2],
    [2, 4],
  ]) {
    const path = join(directory.path, "rounds", `round-${round}`);
    const student = expectDenoiser(await openCheckpoint({ path }), path);
    const distance = await distanceToSteps({
      engine,
      teacher,
      clean,
      length,
      dt,
      steps: steps!,
      trajectories: 64,
    });
    expect(await distance(student), `round ${round}`).toBeLessThan((await distance(teacher)) / 3);
  }
}, 180_000);
