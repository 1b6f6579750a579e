import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import { consistencyLoss } from "@sdtt/losses";
import { createDenoiser, createEngine } from "@sdtt/runtime";
import { logLinearSchedule, maskProbability } from "@sdtt/scheduler";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { distill } from "../../run/distill.ts";
import { collect } from "../../testing/collect.ts";
import { randomCheckpoint, randomOrder, smallConfig } from "../../testing/small-run.ts";

// Two texts, all of one token or all of the other: one revealed position tells the text. What is left to learn is the
// distribution at a text of masks, one number, whose best value follows from the loss by enumeration.
const [length, share, maxJump] = [8, 0.7, 0.1];
const config = { ...smallConfig, vocabSize: 3, length, blockCount: 1 };
const [blockCount, batchSize, updates] = [100, 100, 400];

/** The probability of the first token, at a text of masks, that has the least loss; to 0.001. */
function bestShare(dataWeight: number): number {
  const schedule = logLinearSchedule();
  const places = Array.from({ length: 50 }, (_, i) => (i + 0.5) / 50);
  // The chance of a text of masks at a time with the NELBO's weight, and what the divergence counts where another position is revealed.
  let [data, divergence] = [0, 0];
  for (const time of places) {
    const masked = maskProbability(schedule, time);
    const chance = masked ** length / time;
    data += chance;
    for (const place of places) {
      const earlier = Math.max(0, time - maxJump * (1 / 8 + (7 / 8) * place));
      const revealed = 1 - maskProbability(schedule, earlier) / masked;
      const told = (1 - revealed) * (1 - (1 - revealed) ** (length - 1));
      divergence += (chance * told) / revealed / places.length;
    }
  }
  const lossAt = (p: number) => {
    const logits = [Math.log(p), Math.log(1 - p), 0];
    return consistencyLoss({
      student: Float64Array.from([...logits, ...logits]),
      target: Float64Array.of(0, -Infinity, 0, -Infinity, 0, 0),
      ids: [0, 1],
      divergenceWeights: [divergence / data, divergence / data],
      dataWeight: 1 + dataWeight,
      vocabSize: 3,
      weights: [share, 1 - share],
    }).loss;
  };
  const candidates = Array.from({ length: 999 }, (_, i) => (i + 1) / 1000);
  return candidates.reduce((best, p) => (lossAt(p) < lossAt(best) ? p : best));
}

async function trainedShare(dataWeight: number): Promise<number> {
  await using engine = await createEngine({ threads: 1 });
  await using directory = await temporaryDirectory();
  await collect(
    distill({
      engine,
      method: "consistency",
      updates,
      maxJump,
      dataWeight,
      teacher: randomCheckpoint(config, 0.1),
      source: {
        blockCount,
        length,
        read: async (blocks) =>
          Int32Array.from(
            Array.from(blocks).flatMap((block) =>
              Array<number>(length).fill(block % 10 < 10 * share ? 0 : 1),
            ),
          ),
      },
      order: randomOrder({ blocks: blockCount, batchSize }),
      batchSize,
      optimizer: {
        learningRate: {
          peak: 3e-3,
          warmupSteps: 10,
          after: { kind: "cosine", totalSteps: updates, floor: 0 },
        },
        averageDecay: 0.95,
      },
      directory: directory.path,
    }),
  );
  const path = `${directory.path}/rounds/round-1`;
  const checkpoint = expectDenoiser(await openCheckpoint({ path }), path);
  await using denoiser = await createDenoiser({ engine, ...checkpoint });
  const tokens = new Int32Array(length).fill(denoiser.maskId);
  const distributions = await denoiser.logProbs({ tokens, batch: 1, length, rows: Int32Array.of(0) });
  return Math.exp(distributions[0]!);
}

test("the student has the distribution that its loss is least at, sharper than the data's; the data's weight holds it", async () => {
  // The data's own distribution is at 0.7.
  const [free, held] = [bestShare(0), bestShare(10)];
  expect(free).toBeGreaterThan(0.745);
  expect(held).toBeLessThan(0.71);
  expect(Math.abs((await trainedShare(0)) - free)).toBeLessThan(0.02);
  expect(Math.abs((await trainedShare(10)) - held)).toBeLessThan(0.02);
}, 180_000);
