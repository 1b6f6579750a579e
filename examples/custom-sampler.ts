// A sampler of your own over the network of any MDLM or SDTT model: at each pass it draws a token for every masked position and
// keeps the sure ones, those whose probability is at least 0.9, or the surest alone. Easy texts take few passes. It is not
// the distribution of the model's own chain: the texts are less varied.
//
//   node custom-sampler.ts "Once upon a time"
import { createStream } from "@sdtt/core";
import type { Denoiser } from "@sdtt/core";
import { loadModel } from "sdtt";

interface ThresholdOptions {
  readonly denoiser: Denoiser;
  /** Ids, the mask where the sampler writes. */
  readonly template: Int32Array;
  /** A draw of at least this probability stands; in (0, 1]. */
  readonly threshold: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

interface Pass {
  readonly tokens: Int32Array;
  readonly revealed: number;
}

async function* sampleByThreshold(options: ThresholdOptions): AsyncGenerator<Pass> {
  const { denoiser, template, threshold, seed, signal } = options;
  const tokens = template.slice();
  const stream = createStream(seed);
  for (let pass = 0; tokens.includes(denoiser.maskId); pass++) {
    const rows = Int32Array.from(tokens.keys()).filter((position) => tokens[position] === denoiser.maskId);
    // Randomness is a function of pass and position: a seed always gives the same text.
    const uniforms = Float64Array.from(rows, (position) => stream.child(pass).uniform(position));
    const request = {
      tokens,
      batch: 1,
      length: tokens.length,
      rows,
      uniforms,
      sigma: Float32Array.of(0),
      signal,
    };
    const { ids, logProbs } = await denoiser.draw(request);
    const surest = logProbs.indexOf(Math.max(...logProbs));
    const kept = [...rows.keys()].filter((i) => i === surest || logProbs[i]! >= Math.log(threshold));
    for (const i of kept) tokens[rows[i]!] = ids[i]!;
    yield { tokens: tokens.slice(), revealed: kept.length };
  }
}

const [prompt = "Once upon a time"] = process.argv.slice(2);
const length = 48;

await using model = await loadModel("tiny");
const { network, tokenizer } = model;
if (!("draw" in network))
  throw new Error(`${model.name} is a SEDD model, which has a score and no distribution to draw from.`);
const template = new Int32Array(length).fill(network.maskId);
template.set([tokenizer.endOfTextId!, ...tokenizer.encode(prompt)]);

const revealed: number[] = [];
let written: Int32Array = template;
for await (const pass of sampleByThreshold({ denoiser: network, template, threshold: 0.9, seed: 1 })) {
  revealed.push(pass.revealed);
  written = pass.tokens;
}
console.log(tokenizer.decode(written, { specialTokens: "drop" }));
console.log(`${revealed.length} passes, which revealed ${revealed.join(" ")} tokens`);
