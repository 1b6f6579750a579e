import { createStream } from "@sdtt/core";
import { threeByThree } from "@sdtt/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createSequence } from "./create-sequence.ts";
import type { Sequence } from "./sequence.ts";

const denoiser = threeByThree();
const { vocabSize, maskId } = denoiser;
const stream = createStream(3);
const template = new Int32Array(64).fill(maskId);

function answerWith(sequence: Sequence, id: number): ReturnType<Sequence["apply"]> {
  const { length } = sequence.next()!.positions;
  return sequence.apply({ ids: new Int32Array(length).fill(id), logProbs: new Float32Array(length) });
}

test("every masked position is asked once, step after step, and fixed ones never", () => {
  const reveal = fc.oneof(
    fc.record({ steps: fc.integer({ min: 1, max: 300 }) }),
    fc.constant({ sampler: "first-hitting" as const }),
  );
  const ids = fc.array(fc.constantFrom(0, 1, maskId), { maxLength: 40 });
  fc.assert(
    fc.property(ids, reveal, fc.nat(), (ids, reveal, seed) => {
      const template = Int32Array.from(ids);
      const sequence = createSequence({ template, vocabSize, maskId, stream: createStream(seed), ...reveal });
      const asked: number[] = [];
      let before = -1;
      for (let request = sequence.next(); request; request = sequence.next()) {
        expect(sequence.next()).toBe(request);
        expect(request.step).toBeGreaterThan(before);
        before = request.step;
        asked.push(...request.positions);
        expect(answerWith(sequence, 2).positions).toEqual(request.positions);
      }
      expect(asked.toSorted((a, b) => a - b)).toEqual([...ids.keys()].filter((i) => ids[i] === maskId));
      expect(sequence.tokens).toEqual(template.map((id) => (id === maskId ? 2 : id)));
    }),
    { seed: 7 },
  );
});

test("a seed reveals in one order on any grid and in continuous time", () => {
  const order = (sequence: Sequence): number[] => {
    const positions: number[] = [];
    while (sequence.next()) positions.push(...answerWith(sequence, 0).positions);
    return positions;
  };
  const common = { template, vocabSize, maskId, stream };
  const continuous = order(createSequence({ ...common, sampler: "first-hitting" }));
  expect(order(createSequence({ ...common, steps: 1_000_000 }))).toEqual(continuous);
});

test("the noise level falls from step to step, down to the final pass", () => {
  for (const options of [{ steps: 8 }, { sampler: "first-hitting" as const }]) {
    const sequence = createSequence({ template, vocabSize, maskId, stream, ...options });
    const sigmas: number[] = [];
    for (let request = sequence.next(); request; request = sequence.next()) {
      sigmas.push(request.sigma);
      answerWith(sequence, 0);
    }
    expect(sigmas).toEqual(sigmas.toSorted((a, b) => b - a));
    expect(new Set(sigmas).size).toBe(sigmas.length);
  }
});

test("sequences of different step counts can share passes and come out as alone", async () => {
  const create = (): Sequence[] =>
    [2, 3, 7].map((steps, i) =>
      createSequence({ template: template.slice(0, 3), vocabSize, maskId, stream: stream.child(i), steps }),
    );
  const run = async (sequences: Sequence[]): Promise<Int32Array[]> => {
    for (;;) {
      const waiting = sequences.flatMap((sequence) => {
        const request = sequence.next();
        return request ? [{ sequence, request }] : [];
      });
      if (waiting.length === 0) return sequences.map(({ tokens }) => tokens);
      const { ids, logProbs } = await denoiser.draw({
        tokens: Int32Array.from(waiting.flatMap(({ sequence }) => [...sequence.tokens])),
        batch: waiting.length,
        length: 3,
        rows: Int32Array.from(
          waiting.flatMap(({ request }, i) => Array.from(request.positions, (p) => 3 * i + p)),
        ),
        uniforms: Float64Array.from(waiting.flatMap(({ request }) => [...request.uniforms])),
      });
      let begin = 0;
      for (const { sequence, request } of waiting) {
        const end = begin + request.positions.length;
        sequence.apply({ ids: ids.subarray(begin, end), logProbs: logProbs.subarray(begin, end) });
        begin = end;
      }
    }
  };
  const alone = [];
  for (const sequence of create()) alone.push(...(await run([sequence])));
  expect(await run(create())).toEqual(alone);
});

test("the order of confidence reveals as many positions a step as the plan, the likeliest draws first", () => {
  const common = { template, vocabSize, maskId, stream, steps: 8 };
  const [random, confident] = [createSequence(common), createSequence({ ...common, order: "confidence" })];
  for (let planned = random.next(); planned; planned = random.next()) {
    const request = confident.next()!;
    expect(request.step).toBe(planned.step);
    // Later positions are surer.
    const revealed = confident.apply({
      ids: new Int32Array(request.positions.length),
      logProbs: Float32Array.from(request.positions, (position) => position - 64),
    });
    expect(revealed.positions).toEqual(request.positions.slice(-planned.positions.length));
    answerWith(random, 0);
  }
  expect(confident.next()).toBeUndefined();
});

test("a position that a projection masks again draws with a fresh uniform, later than it was", () => {
  const seen: [step: number, uniform: number][] = [];
  const sequence = createSequence({
    template: template.slice(0, 1),
    vocabSize,
    maskId,
    stream,
    steps: 1000,
    project: (tokens) => (seen.length < 3 ? tokens.fill(maskId) : tokens),
  });
  for (let request = sequence.next(); request; request = sequence.next()) {
    seen.push([request.step, request.uniforms[0]!]);
    answerWith(sequence, 0);
  }
  expect(seen.length).toBe(3);
  expect(seen[0]![0]).toBeLessThan(seen[1]![0]);
  expect(seen[1]![0]).toBeLessThan(seen[2]![0]);
  expect(new Set(seen.map(([, uniform]) => uniform)).size).toBe(3);
});

test("misuse is refused", () => {
  const sequence = createSequence({ template, vocabSize, maskId, stream, steps: 1 });
  const draws = { ids: new Int32Array(1), logProbs: new Float32Array(1) };
  expect(() => sequence.apply(draws)).toThrow(/requested no draws/);
  sequence.next();
  expect(() => sequence.apply(draws)).toThrow(/64 draws were asked for; got 1 ids/);
  const project = (tokens: Int32Array): Int32Array => tokens.slice(1);
  expect(() => createSequence({ template, vocabSize, maskId, stream, steps: 1, project })).toThrow(
    /project must return 64 ids; got 63/,
  );
});
