import { finishSampling, sample } from "@sdtt/scheduler";
import type { SampleOptions } from "@sdtt/scheduler";

const likely = Math.log(1 / 10);
/** Ten tokens that are all as likely; 10 is the mask. */
const denoiser: SampleOptions["denoiser"] = {
  vocabSize: 11,
  maskId: 10,
  draw: async ({ uniforms }) => ({
    ids: Int32Array.from(uniforms, (uniform) => Math.floor(10 * uniform)),
    logProbs: new Float32Array(uniforms.length).fill(likely),
  }),
  logProbs: async ({ rows }) =>
    Float32Array.from({ length: 11 * rows.length }, (_, i) => (i % 11 === 10 ? -Infinity : likely)),
};

/** Texts of two samplers from one seed. */
export async function run(): Promise<unknown> {
  const options = { denoiser, length: 32, batch: 2, seed: 7 };
  const ancestral = await finishSampling(sample({ ...options, sampler: "ancestral", steps: 8 }));
  const firstHitting = await finishSampling(sample({ ...options, sampler: "first-hitting" }));
  return { ancestral: [...ancestral.tokens], firstHitting: [...firstHitting.tokens] };
}
