/** The default path: the network over all positions, the vocabulary for the rows of the step alone. */
import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import type { ComputeType } from "@sdtt/models";
import { createDenoiser, createEngine } from "@sdtt/runtime";
import { halfwayStep } from "../dit-small.ts";
import { answerSteps, argument } from "../harness/answer-steps.ts";

const { path, threads, dtype } = argument() as { path: string; threads: number; dtype?: ComputeType };
await using engine = await createEngine({ threads });
await using denoiser = await createDenoiser({
  engine,
  dtype,
  ...expectDenoiser(await openCheckpoint({ path }), path),
});
const request = halfwayStep();

await answerSteps(() => denoiser.draw(request));
