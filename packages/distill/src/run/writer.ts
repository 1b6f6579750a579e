import { createStream } from "@sdtt/core";
import { isCausal } from "@sdtt/models";
import type { ModelDescription } from "@sdtt/models";
import { createCausalModel, createDenoiser } from "@sdtt/runtime";
import type { Engine, ResidentWeights } from "@sdtt/runtime";
import { finishSampling, sample } from "@sdtt/scheduler";
import type { Schedule } from "@sdtt/scheduler";

interface WriteOptions {
  /** Texts. */
  readonly batch: number;
  readonly length: number;
  /** The token that a text of a causal model begins with, and one of a denoiser under `keepBos`. */
  readonly begin: number;
  readonly keepBos: boolean;
  /** Steps of the diffusion, where there is one. */
  readonly steps: number;
  readonly schedule: Schedule;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Writes texts with the weights as they stand, `[batch * length]`. */
export interface Writer extends AsyncDisposable {
  write(options: WriteOptions): Promise<Int32Array>;
}

export async function createWriter(options: {
  engine: Engine;
  model: ModelDescription;
  weights: ResidentWeights;
}): Promise<Writer> {
  const { engine, model, weights } = options;
  if (isCausal(model)) {
    const causal = await createCausalModel({ engine, description: model, weights });
    return {
      async write({ batch, length, begin, seed, signal }) {
        const prompts = new Int32Array(batch).fill(begin);
        const stream = createStream(seed);
        const { tokens } = await causal.generate({ prompts, batch, length, stream, signal });
        return tokens;
      },
      [Symbol.asyncDispose]: () => causal[Symbol.asyncDispose](),
    };
  }
  const denoiser = await createDenoiser({ engine, description: model, weights });
  return {
    async write({ begin, keepBos, ...request }) {
      const addBos = keepBos ? begin : undefined;
      const { tokens } = await finishSampling(sample({ denoiser, ...request, addBos }));
      return tokens;
    },
    [Symbol.asyncDispose]: () => denoiser[Symbol.asyncDispose](),
  };
}
