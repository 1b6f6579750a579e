import { createStream } from "@sdtt/core";
import type { Denoiser, RowsRequest } from "@sdtt/core";
import { chiSquaredPValue, threeByThree } from "@sdtt/testing";
import { expect, test } from "vitest";
import { drawGuided, guidedDistribution, withoutPrompts } from "./guided-draw.ts";
import { finishSampling } from "./lock-step.ts";
import { sample } from "./sample.ts";
import type { SampleOptions } from "./sample.ts";

const denoiser = threeByThree();
const { maskId } = denoiser;
const prompt = [1];
const texts = 6000;

/** Every row of texts that begin with the prompt, of which the others are masked: positions 1 and 2. */
function requestOf(uniforms: Float64Array) {
  const batch = uniforms.length / 2;
  const tokens = new Int32Array(batch * 3).fill(maskId);
  for (let text = 0; text < batch; text++) tokens[text * 3] = prompt[0]!;
  const rows = Int32Array.from(uniforms, (_, i) => Math.floor(i / 2) * 3 + 1 + (i % 2));
  const given = Array.from({ length: batch }, () => ({ given: Int32Array.of(0) }));
  return {
    request: { tokens, batch, length: 3, rows, uniforms },
    unprompted: withoutPrompts(tokens, given, maskId),
  };
}

/** softmax(u + (g + 1)(c - u)), of probabilities as plainly as it can be said. */
function distributionBy(guidance: number, position: number, allowed = [1, 1, 1, 0]): number[] {
  const c = denoiser.distribution([1, maskId, maskId], position);
  const u = denoiser.distribution([maskId, maskId, maskId], position);
  const weights = [...c.keys()].map((id) =>
    allowed[id] ? Math.exp(Math.log(u[id]!) + (guidance + 1) * (Math.log(c[id]!) - Math.log(u[id]!))) : 0,
  );
  const total = weights.reduce((sum, weight) => sum + weight);
  return weights.map((weight) => weight / total);
}

test("draws follow the guided distribution and no other, and so do restricted ones", async () => {
  const stream = createStream(3);
  const uniforms = Float64Array.from({ length: 2 * texts }, (_, i) => stream.uniform(i));
  const allowed = Array.from(uniforms, (_, i) => (i % 2 === 1 ? Uint8Array.of(1, 1, 0, 0) : undefined));
  const { request, unprompted } = requestOf(uniforms);
  const { ids, logProbs } = await drawGuided({
    denoiser,
    request: { ...request, allowed },
    unprompted,
    guidance: 1.5,
    rowsPerCall: 1000,
  });
  for (const [part, set] of [
    [1, [1, 1, 1, 0]],
    [2, [1, 1, 0, 0]],
  ] as const) {
    const counts = [0, 0, 0, 0];
    ids.forEach((id, i) => i % 2 === part - 1 && counts[id]!++);
    const pValue = (guidance: number, allowed: number[] = [...set]) =>
      chiSquaredPValue(
        counts,
        distributionBy(guidance, part, allowed).map((share) => share * texts),
      );
    expect(pValue(1.5)).toBeGreaterThan(1e-3);
    expect(part === 1 ? pValue(0.8) : pValue(1.5, [1, 1, 1, 0])).toBeLessThan(1e-6);
  }
  // Told is the guided distribution over all tokens.
  expect(logProbs[0]).toBeCloseTo(Math.log(distributionBy(1.5, 1)[ids[0]!]!), 5);
  expect(logProbs[1]).toBeCloseTo(Math.log(distributionBy(1.5, 2)[ids[1]!]!), 5);
});

test("a guidance of 0 is the distribution with the prompt", async () => {
  const uniforms = Float64Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200);
  const { request, unprompted } = requestOf(uniforms);
  const shape = { temperature: 0.7, topP: 0.9, entropies: true };
  const guided = await drawGuided({ denoiser, request: { ...request, ...shape }, unprompted, guidance: 0 });
  const plain = await denoiser.draw({ ...request, ...shape });
  expect(guided.ids).toEqual(plain.ids);
  guided.entropies!.forEach((entropy, i) => expect(entropy).toBeCloseTo(plain.entropies![i]!, 5));
});

test("what the prompt makes impossible stays so, and logits that are no distribution are refused", () => {
  const row = { guidance: 2, maskId: 3 };
  const impossible = guidedDistribution(
    {
      ...row,
      prompted: [-Infinity, Math.log(0.5), Math.log(0.5), -Infinity],
      free: [-Infinity, -1, -2, -Infinity],
    },
    new Float64Array(4),
  );
  expect(impossible[0]).toBe(0);
  expect(impossible[3]).toBe(0);
  expect(impossible.reduce((sum, share) => sum + share)).toBeCloseTo(1, 12);
  const broken = guidedDistribution(
    { ...row, prompted: [-1, Number.NaN, -1, 0], free: [-1, -1, -1, 0] },
    new Float64Array(4),
  );
  expect(broken.some(Number.isNaN)).toBe(true);
});

const options: SampleOptions = {
  denoiser,
  length: 3,
  steps: 4,
  seed: 1,
  batch: 8,
  template: prompt,
  guidance: 1,
};

test("each step asks twice, with the prompt and with masks in its place, and tells two passes", async () => {
  const asked: RowsRequest[] = [];
  const watched: Denoiser = {
    ...denoiser,
    logProbs: (request) => (asked.push(request), denoiser.logProbs(request)),
    draw: () => Promise.reject(new Error("A guided step draws by itself.")),
  };
  const { tokens, passes, passesPerText } = await finishSampling(sample({ ...options, denoiser: watched }));
  expect(passes).toBe(asked.length);
  expect(passesPerText.every((own) => own === 2 || own === 4)).toBe(true);
  for (const [i, { tokens }] of asked.entries()) expect(tokens[0]).toBe(i % 2 === 0 ? prompt[0] : maskId);
  expect(tokens.filter((_, i) => i % 3 === 0)).toEqual(new Int32Array(8).fill(prompt[0]!));
});

test("more guidance brings more of what the prompt brings", async () => {
  const share = async (guidance: number) => {
    const { tokens } = await finishSampling(sample({ ...options, guidance, batch: 2000, seed: 2 }));
    // After a 1 the likeliest is another 1.
    return tokens.filter((id, i) => i % 3 === 1 && id === 1).length / 2000;
  };
  const [none, some, much] = [await share(0), await share(1), await share(4)];
  expect(some).toBeGreaterThan(none + 0.05);
  expect(much).toBeGreaterThan(some + 0.02);
});

test.each<[Partial<SampleOptions>, RegExp]>([
  [{ template: [] }, /guidance strengthens a prompt, and this text has none/],
  [{ template: [maskId, maskId] }, /this text has none/],
  [{ guidance: -1 }, /guidance must be a finite number of at least 0; got -1/],
  [{ guidance: Infinity }, /guidance must be .* got Infinity/],
  [{ guidance: Number.NaN }, /guidance must be .* got NaN/],
  [{ precision: "gumbel32" }, /leave these out or draw exactly/],
])("%o is refused at once", (change, message) => {
  expect(() => sample({ ...options, ...change })).toThrow(message);
});
