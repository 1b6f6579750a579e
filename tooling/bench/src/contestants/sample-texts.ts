/** Texts from nothing but masks, a batch at a time: the default path. */
import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import { createDenoiser, createEngine } from "@sdtt/runtime";
import { finishSampling, sample } from "@sdtt/scheduler";
import type { TextsArgument } from "../benchmarks/gpu/works.ts";
import { answerSteps, argument } from "../harness/answer-steps.ts";

const { path, config, batch, steps, device, dtype, threads } = argument() as TextsArgument;
await using engine = await createEngine({ device, threads });
await using denoiser = await createDenoiser({
  engine,
  dtype,
  ...expectDenoiser(await openCheckpoint({ path }), path),
});

await answerSteps(() => finishSampling(sample({ denoiser, length: config.length, batch, steps, seed: 1 })));
