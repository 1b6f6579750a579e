/**
 * The plain path, as the original has it: the logits of all positions, `[1024, vocab]`, and from their softmax a draw for
 * every masked one. Either all of it in one graph, which then draws at every position, or the logits copied out and drawn
 * from in JavaScript.
 */
import { createStream, tensor } from "@sdtt/core";
import { input, logSoftmax, range, serialize } from "@sdtt/graph";
import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import { createParameterSource, ditHidden, drawTokens, tokenLogits } from "@sdtt/models";
import { createEngine } from "@sdtt/runtime";
import { halfwayStep } from "../dit-small.ts";
import { answerSteps, argument } from "../harness/answer-steps.ts";

const { path, threads, drawIn } = argument() as {
  path: string;
  threads: number;
  drawIn: "graph" | "script";
};
const { description, weights } = expectDenoiser(await openCheckpoint({ path }), path);
const { config } = description;
const { tokens, length } = halfwayStep();
const maskId = config.vocabSize - 1;
const uniforms = Float64Array.from({ length }, (_, position) => createStream(2).uniform(position));

const parameters = createParameterSource({ config, weights });
const ids = input("tokens", "int64", [1, length]);
const hidden = ditHidden({ config, parameters, tokens: ids, rows: range(length) });
const logits = tokenLogits({ config, parameters, hidden });
const drawn = () =>
  drawTokens({ logits: logSoftmax(logits), uniforms: input("uniforms", "float64", [length]) }).ids;

await using engine = await createEngine({ threads });
await using session = await engine.load(
  serialize({ outputs: drawIn === "graph" ? { ids: drawn() } : { logits }, weights }),
);
const tokensFeed = tensor("int64", [1, length], BigInt64Array.from(tokens, BigInt));

await answerSteps(drawIn === "graph" ? stepInGraph : stepInScript);

async function stepInGraph(): Promise<Int32Array> {
  const feeds = { tokens: tokensFeed, uniforms: tensor("float64", [length], uniforms) };
  const { ids } = await session.run({ feeds });
  return tokens.map((id, position) => (id === maskId ? Number(ids!.data[position]) : id));
}

async function stepInScript(): Promise<Int32Array> {
  const { logits } = await session.run({ feeds: { tokens: tokensFeed } });
  const values = logits!.data as Float32Array;
  return tokens.map((id, position) => {
    if (id !== maskId) return id;
    return drawToken(values.subarray(position * maskId, (position + 1) * maskId), uniforms[position]!);
  });
}

function drawToken(logits: Float32Array, uniform: number): number {
  let greatest = -Infinity;
  for (const logit of logits) greatest = Math.max(greatest, logit);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - greatest);
  let rest = uniform * total;
  for (let id = 0; id < logits.length; id++) {
    rest -= Math.exp(logits[id]! - greatest);
    if (rest < 0) return id;
  }
  return logits.length - 1;
}
