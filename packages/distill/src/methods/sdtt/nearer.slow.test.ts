import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import { createEngine } from "@sdtt/runtime";
import { temporaryDirectory } from "@sdtt/testing";
import { tinyModelFolder } from "@sdtt/tiny";
import { createTokenizer } from "@sdtt/tokenizer";
import { expect, test } from "vitest";
import { distill } from "../../run/distill.ts";
import { collect } from "../../testing/collect.ts";
import { distanceToSteps } from "../../testing/distance-to-steps.ts";
import { heldOutProse, trainingProse } from "../../testing/prose.ts";
import { planRounds } from "./rounds.ts";

// Two steps of a well-trained teacher hardly differ from one, on average: what the first reveals is drawn from its own distribution.
// Eight do, and there a student that starts as its teacher has something to gain. See docs/benchmarks.md.
test("one short round brings the bundled model's one pass twice as near to its eight steps on held-out text", async () => {
  await using engine = await createEngine();
  await using directory = await temporaryDirectory();
  const teacher = expectDenoiser(await openCheckpoint({ path: tinyModelFolder("teacher") }), "tiny");
  const tokenizer = createTokenizer(
    await readFile(join(tinyModelFolder("teacher"), "tokenizer.json"), "utf8"),
  );
  const [length, batchSize] = [32, 8];
  const rounds = { teacherSteps: 8, stepsPerTarget: 8, smallestSteps: 1, updatesPerRound: 100 };
  const text = tokenizer.encode(trainingProse);
  const blockCount = text.length - length;
  await collect(
    distill({
      engine,
      teacher,
      batchSize,
      directory: directory.path,
      source: {
        blockCount,
        length,
        read: async (starts) =>
          Int32Array.from(Array.from(starts).flatMap((start) => [...text.subarray(start, start + length)])),
      },
      order: {
        at: (batch) =>
          Array.from({ length: batchSize }, (_, i) => ((batch * batchSize + i) * 7919) % blockCount),
      },
      optimizer: {
        learningRate: { peak: 1e-4, warmupSteps: 5, after: { kind: "constant" } },
        averageDecay: 0.97,
      },
      ...rounds,
    }),
  );
  const path = join(directory.path, "rounds", "round-1");
  const student = expectDenoiser(await openCheckpoint({ path }), path);
  const clean = tokenizer.encode(heldOutProse).slice(0, 4 * length);
  const [{ dt }, steps] = [planRounds(rounds)[0]!, 8];
  const distance = await distanceToSteps({ engine, teacher, clean, length, dt, steps, trajectories: 32 });
  expect(await distance(student)).toBeLessThan((await distance(teacher)) / 2);
}, 1_800_000);
