// A model of your own under the sampler: anything with `draw` and `logProbs` is a `Denoiser`. This one needs no network. Its
// texts are those of a Markov chain over letters, and the distribution at a masked position given all that is written is computed
// exactly, by the forward-backward algorithm. So whatever is wrong with its texts is the sampler's fault.
//
//   node custom-denoiser.ts
import { SdttError } from "@sdtt/core";
import type { Denoiser, DrawRequest, RowsRequest } from "@sdtt/core";
import { finishSampling, sample } from "@sdtt/scheduler";

const letters = ["a", "b", "n", "r"];
/** The chance of each letter after each other one: vowels and consonants mostly take turns. */
const next = [
  [0.04, 0.32, 0.32, 0.32],
  [0.9, 0.02, 0.02, 0.06],
  [0.9, 0.04, 0.04, 0.02],
  [0.9, 0.02, 0.06, 0.02],
];
const first = [0.25, 0.25, 0.25, 0.25];
const count = letters.length;

const denoiser: Denoiser = { vocabSize: count + 1, maskId: count, logProbs, draw };

/** `[rows, vocabSize]`; the mask, the last id, has no chance (SUBS). */
async function logProbs({ tokens, length, rows }: RowsRequest): Promise<Float32Array> {
  const distributions = new Float32Array(rows.length * (count + 1)).fill(-Infinity);
  for (const [i, row] of rows.entries()) {
    const start = row - (row % length);
    const distribution = distributionAt(tokens.subarray(start, start + length), row % length);
    distributions.set(distribution.map(Math.log), i * (count + 1));
  }
  return distributions;
}

/** One token for each row: where its uniform falls on the cumulative distribution, or the likeliest for `topK: 1`. */
async function draw(request: DrawRequest): Promise<{ ids: Int32Array; logProbs: Float32Array }> {
  const { rows, uniforms, temperature = 1, topP = 1, topK, allowed } = request;
  if (temperature !== 1 || topP !== 1 || (topK !== undefined && topK !== 1) || allowed) {
    throw new SdttError(
      "usage",
      "This denoiser draws from its distribution as it is, or takes the likeliest token.",
    );
  }
  const distributions = await logProbs(request);
  const ids = Int32Array.from(rows, (_, i) => {
    const distribution = distributions.subarray(i * (count + 1), (i + 1) * (count + 1));
    return topK === 1 ? distribution.indexOf(Math.max(...distribution)) : invert(distribution, uniforms[i]!);
  });
  return { ids, logProbs: Float32Array.from(ids, (id, i) => distributions[i * (count + 1) + id]!) };
}

function invert(distribution: Float32Array, uniform: number): number {
  let left = uniform;
  for (let id = 0; id < count - 1; id++) {
    left -= Math.exp(distribution[id]!);
    if (left < 0) return id;
  }
  return count - 1;
}

/** The distribution of the letter at a position, given the letters that are written before and after it. */
function distributionAt(text: Int32Array, position: number): number[] {
  const fits = (at: number, id: number) => at === position || text[at] === count || text[at] === id;
  let before = first.map((chance, id) => (fits(0, id) ? chance : 0));
  for (let at = 1; at <= position; at++) {
    before = letters.map((_, id) =>
      fits(at, id) ? sum(before, (chance, from) => chance * next[from]![id]!) : 0,
    );
  }
  let after = letters.map(() => 1);
  for (let at = text.length - 1; at > position; at--) {
    after = letters.map((_, from) =>
      sum(after, (chance, id) => (fits(at, id) ? chance * next[from]![id]! : 0)),
    );
  }
  const joint = before.map((chance, id) => chance * after[id]!);
  return joint.map((chance) => chance / sum(joint, (all) => all));
}

function sum(values: readonly number[], term: (value: number, index: number) => number): number {
  return values.reduce((total, value, index) => total + term(value, index), 0);
}

const length = 24;
for (const steps of [1, 4, 24]) {
  const { tokens, passes } = await finishSampling(sample({ denoiser, length, steps, batch: 3, seed: 1 }));
  const texts = [0, 1, 2].map((i) =>
    Array.from(tokens.subarray(i * length, (i + 1) * length), (id) => letters[id]).join(""),
  );
  console.log(`${steps} steps, ${passes} passes: ${texts.join("  ")}`);
}
