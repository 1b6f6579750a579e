import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createStream, elementCount, tensor } from "@sdtt/core";
import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import type { Checkpoint } from "@sdtt/hub";
import { distillationLoss } from "@sdtt/losses";
import { ditParameters } from "@sdtt/models";
import type { DenoiserDescription } from "@sdtt/models";
import { createDenoiser, createEngine } from "@sdtt/runtime";
import { logLinearSchedule, maskTokens } from "@sdtt/scheduler";
import { temporaryDirectory } from "@sdtt/testing";
import { tinyModelFolder } from "@sdtt/tiny";
import { createTokenizer } from "@sdtt/tokenizer";
import { expect, test } from "vitest";
import { initialWeights } from "../initial-weights.ts";
import { distill } from "../run/distill.ts";
import { flatLayout } from "../state/flat-layout.ts";
import { collect } from "../testing/collect.ts";
import { heldOutProse, trainingProse } from "../testing/prose.ts";

const [length, batchSize] = [32, 4];

/** A model of the same sizes that knows nothing yet. */
function untrained({
  description,
  ...rest
}: Checkpoint<DenoiserDescription>): Checkpoint<DenoiserDescription> {
  const { config } = description;
  const flat = initialWeights({ model: description, seed: 1 });
  const weights = Array.from(flatLayout(ditParameters(config)).slots, ([name, { offset, shape }]) => {
    const values = tensor("float32", shape, flat.slice(offset, offset + elementCount(shape)));
    return [name, { dtype: "float32", shape, source: { tensor: values } }] as const;
  });
  return { ...rest, description, weights: new Map(weights) };
}

// A student that starts as its teacher has little to gain on a model as small as the bundled one: what is left between
// them is the chance of the teacher's own trajectory. One that starts from nothing has all to gain.
test("two short rounds bring a student nearer to the bundled teacher on held-out text, by a factor of 3", async () => {
  await using engine = await createEngine({ threads: 2 });
  await using directory = await temporaryDirectory();
  const teacher = expectDenoiser(await openCheckpoint({ path: tinyModelFolder("teacher") }), "tiny");
  const student = untrained(teacher);
  const { vocabSize } = teacher.description.config;
  const maskId = vocabSize - 1;
  const tokenizer = createTokenizer(
    await readFile(join(tinyModelFolder("teacher"), "tokenizer.json"), "utf8"),
  );

  const times = Array.from({ length: 8 }, (_, i) => (i + 0.5) / 8);
  const clean = tokenizer.encode(heldOutProse).slice(0, times.length * length);
  const schedule = logLinearSchedule();
  const tokens = maskTokens({ tokens: clean, length, maskId, times, schedule, stream: createStream(4) });
  const rows = Int32Array.from([...tokens.keys()].filter((row) => tokens[row] === maskId));
  const lawsOf = async ({ description, weights }: Checkpoint<DenoiserDescription>) => {
    await using denoiser = await createDenoiser({ engine, description, weights });
    const laws = await denoiser.logProbs({ tokens, batch: times.length, length, rows });
    return laws.map((value) => Math.max(value, -1e4));
  };
  const teacherLaws = await lawsOf(teacher);
  const divergence = async (model: Checkpoint<DenoiserDescription>) =>
    distillationLoss("kl-bwd").evaluate({ student: await lawsOf(model), teacher: teacherLaws, vocabSize })
      .loss;

  const text = tokenizer.encode(trainingProse);
  const blockCount = text.length - length;
  const run = distill({
    engine,
    teacher,
    student,
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
    batchSize,
    optimizer: {
      learningRate: { peak: 4e-3, warmupSteps: 5, after: { kind: "constant" } },
      averageDecay: 0.9,
    },
    teacherSteps: 32,
    smallestSteps: 8,
    updatesPerRound: 10,
  });
  await collect(run);
  const last = expectDenoiser(
    await openCheckpoint({ path: join(directory.path, "rounds", "round-2") }),
    "round-2",
  );
  expect(await divergence(last)).toBeLessThan((await divergence(student)) / 3);
});
