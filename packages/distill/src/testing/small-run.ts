import { createStream, elementCount, tensor } from "@sdtt/core";
import type { Checkpoint } from "@sdtt/hub";
import { ditParameters } from "@sdtt/models";
import type { DenoiserDescription, DitConfig } from "@sdtt/models";
import type { DistillOptions } from "../run/distill.ts";
import type { BatchOrder, BlockSource } from "../training/block-source.ts";

/** A model that takes milliseconds to train, with two heads and an uneven vocabulary. */
export const smallConfig: DitConfig = {
  vocabSize: 61,
  hiddenSize: 32,
  blockCount: 2,
  headCount: 2,
  conditionSize: 16,
  length: 16,
  timeConditioning: false,
};

export const smallModel: DenoiserDescription = { family: "mdlm", config: smallConfig };

/** Random blocks, the same for the same options. */
export function randomSource({ blocks = 40, length = 16, tokens = 60 } = {}): BlockSource {
  const stream = createStream(7);
  return {
    blockCount: blocks,
    length,
    read: async (indices) =>
      Int32Array.from(
        Array.from(indices).flatMap((block) =>
          Array.from({ length }, (_, i) => stream.child(block).uint32(i) % tokens),
        ),
      ),
  };
}

/** New blocks for each batch. */
export function randomOrder({ blocks = 40, batchSize = 4 } = {}): BatchOrder {
  const stream = createStream(11);
  return {
    at: (batch) => Array.from({ length: batchSize }, (_, i) => stream.child(batch).uint32(i) % blocks),
  };
}

/** A model with opinions: every weight drawn at random. */
export function randomCheckpoint(
  config: DitConfig = smallConfig,
  scale = 0.3,
): Checkpoint<DenoiserDescription> {
  const stream = createStream(3);
  const weights = ditParameters(config).map(({ name, shape }) => {
    const own = stream.child(name);
    const offset = name.includes("norm") ? 1 : 0;
    const values = Float32Array.from(
      { length: elementCount(shape) },
      (_, i) => offset + scale * (2 * own.uniform(i) - 1),
    );
    return [name, { dtype: "float32", shape, source: { tensor: tensor("float32", shape, values) } }] as const;
  });
  return { description: { family: "sdtt", config }, weights: new Map(weights) };
}

/** Two rounds of six updates of two micro-batches with dropout, saved every three. */
export function smallDistillation(): Omit<DistillOptions, "engine"> {
  return { ...smallCourse(), teacherSteps: 8, smallestSteps: 2, updatesPerRound: 6 };
}

/** Six updates by inverse distillation, with what keeps the fake near the teacher and a noise input, saved every three. */
export function smallInverseDistillation(): Omit<DistillOptions, "engine"> {
  const ofFake = { fakeLearningRate: 2e-3, fakeRegularization: 0.1 };
  return { ...smallCourse(), method: "idlm", updates: 6, ...ofFake, noiseSize: 3 };
}

/** Six updates of consistency without a teacher, saved every three. */
export function smallConsistency(): Omit<DistillOptions, "engine"> {
  return { ...smallCourse(), method: "consistency", updates: 6 };
}

function smallCourse(): Omit<DistillOptions, "engine"> {
  return {
    teacher: randomCheckpoint(),
    source: randomSource(),
    order: randomOrder(),
    batchSize: 4,
    microBatchSize: 2,
    optimizer: { learningRate: { peak: 1e-3, warmupSteps: 2, after: { kind: "constant" } } },
    dropout: 0.1,
    checkpointEvery: 3,
  };
}
