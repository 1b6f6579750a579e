/** Texts of one token at a time, with a cache of keys and values: what the papers compare with. */
import { createStream } from "@sdtt/core";
import { expectCausal, openCheckpoint } from "@sdtt/hub";
import { createCausalModel, createEngine } from "@sdtt/runtime";
import type { TextsArgument } from "../benchmarks/gpu/works.ts";
import { answerSteps, argument } from "../harness/answer-steps.ts";

const { path, config, batch, device, dtype, threads } = argument() as TextsArgument;
const { weights, description } = expectCausal(await openCheckpoint({ path }), path);
await using engine = await createEngine({ device, threads });
await using model = await createCausalModel({ engine, dtype, weights, description });
const prompts = new Int32Array(batch);
const stream = createStream(1);

await answerSteps(() => model.generate({ prompts, batch, length: config.length, stream }));
