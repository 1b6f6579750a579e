import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createStream, elementCount, tensor } from "@sdtt/core";
import type { DrawRequest } from "@sdtt/core";
import { modelConfig, writeSafetensors } from "@sdtt/hub";
import { modelParameters } from "@sdtt/models";
import type { DitConfig, ModelDescription } from "@sdtt/models";
import { convertToFolder } from "sdtt";

/** The sizes of the small released checkpoints: 169.6 M parameters. */
export const ditSmall: DitConfig = {
  vocabSize: 50258,
  hiddenSize: 768,
  blockCount: 12,
  headCount: 12,
  conditionSize: 128,
  length: 1024,
  timeConditioning: false,
};

/** A checkpoint of these sizes with random weights, named as released ones are; written where the folder has none yet. */
export function randomDitSmall(folder: string): Promise<{ path: string; bytes: number }> {
  return randomCheckpoint({ folder, name: "dit-small", model: { family: "sdtt", config: ditSmall } });
}

/** The same weights, stored in int8. */
export async function int8DitSmall(folder: string): Promise<string> {
  const target = join(folder, "dit-small-int8");
  if (await stat(target).catch(() => undefined)) return target;
  const { path } = await randomDitSmall(folder);
  await convertToFolder({ path, target, dtype: "int8" });
  return target;
}

/** The same of any model. */
export async function randomCheckpoint(options: {
  folder: string;
  name: string;
  model: ModelDescription;
}): Promise<{ path: string; bytes: number }> {
  const { folder, name, model } = options;
  const path = join(folder, name, "model.safetensors");
  const present = await stat(path).catch(() => undefined);
  if (present) return { path, bytes: present.size };
  await mkdir(join(folder, name), { recursive: true });
  const described = modelConfig({ description: model });
  const prefix = model.family === "gpt2" ? "" : "backbone.";
  await writeFile(join(folder, name, "config.json"), JSON.stringify(described));
  const sources = modelParameters(model).map(({ name, shape }, seed) => {
    const read = async () => tensor("float32", shape, randomValues(name, seed, elementCount(shape)));
    return [prefix + name, { dtype: "float32", shape, read }] as const;
  });
  await writeSafetensors({ path, tensors: new Map(sources) });
  return { path, bytes: (await stat(path)).size };
}

/** Norms of one, all else uniform with a deviation of 0.02, as before training. */
function randomValues(name: string, seed: number, count: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(count);
  if (/norm|ln_\w\.weight/.test(name)) return values.fill(1);
  // A linear congruential generator (Numerical Recipes): good enough to multiply with, and quick.
  let state = seed;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = (state / 2 ** 32 - 0.5) * 0.07;
  }
  return values;
}

/** Halfway through a text: every other position is written, and a step of 32 asks for 32 of the masked ones. */
export function halfwayStep(): DrawRequest {
  const { length, vocabSize } = ditSmall;
  const stream = createStream(1);
  const maskId = vocabSize - 1;
  const rows = Int32Array.from({ length: length / 32 }, (_, i) => i * 32);
  return {
    tokens: Int32Array.from({ length }, (_, i) => (i % 2 === 0 ? maskId : stream.uint32(i) % maskId)),
    batch: 1,
    length,
    rows,
    uniforms: Float64Array.from(rows, (row) => stream.uniform(row)),
  };
}
