// Prints, as JSON, log-probabilities of the bundled student in Node: `log-probs-in-node.ts REQUEST`, a `DistributionRequest`.
import { loadModel } from "sdtt";
import type { DistributionRequest } from "./commands.ts";

const { tokens, rows } = JSON.parse(process.argv[2]!) as DistributionRequest;
await using model = await loadModel("tiny");
if (!("logProbs" in model.network)) throw new Error("The bundled student is no denoiser.");
const logProbs = await model.network.logProbs({
  tokens: Int32Array.from(tokens),
  batch: 1,
  length: tokens.length,
  rows: Int32Array.from(rows),
});
process.stdout.write(JSON.stringify([...logProbs]));
