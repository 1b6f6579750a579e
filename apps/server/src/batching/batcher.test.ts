import { createStream } from "@sdtt/core";
import { createSequence } from "@sdtt/scheduler";
import type { Sequence } from "@sdtt/scheduler";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashDenoiser } from "../testing/hash-model.ts";
import { createBatcher } from "./batcher.ts";
import type { BatchRequest } from "./batcher.ts";
import { QueueFullError } from "./queue-full-error.ts";

const { vocabSize, maskId } = hashDenoiser();

interface Wish {
  readonly length: number;
  readonly steps: number;
  readonly seed: number;
  /** Every so many positions, one is held to the lower half of the ids; none if 0. */
  readonly held?: number;
}

const lowerHalf = Uint8Array.from({ length: vocabSize }, (_, id) => Number(id < vocabSize / 2));

function sequenceOf({ length, steps, seed, held = 0 }: Wish): Sequence {
  const template = new Int32Array(length).fill(maskId);
  const positions = [...template.keys()].filter((position) => held > 0 && position % held === 0);
  const allowed = new Map(positions.map((position) => [position, lowerHalf]));
  return createSequence({ template, allowed, vocabSize, maskId, stream: createStream(seed), steps });
}

/** Reads a request to its end. */
async function finish(stream: ReadableStream<unknown>): Promise<void> {
  for await (const _ of stream) continue;
}

const text: fc.Arbitrary<Wish> = fc.record({
  length: fc.constantFrom(3, 8, 16),
  steps: fc.integer({ min: 1, max: 20 }),
  seed: fc.nat(),
  held: fc.integer({ min: 0, max: 3 }),
});
const request = fc.record({
  texts: fc.array(text, { minLength: 1, maxLength: 3 }),
  setting: fc.constantFrom({}, { temperature: 0.5 }, { topP: 0.9 }, { topK: 3 }),
});

test("a text is the same alone and in any company", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 5 }),
      async (requests, maxBatch) => {
        const prepare = () =>
          requests.map(({ texts, setting }) => ({ sequences: texts.map(sequenceOf), setting }));
        const together = prepare();
        const batcher = createBatcher({ denoiser: hashDenoiser(), maxBatch });
        await Promise.all(together.map((request) => finish(batcher.submit(request))));

        const alone = prepare();
        for (const { sequences, setting } of alone) {
          for (const sequence of sequences) {
            const batcher = createBatcher({ denoiser: hashDenoiser(), maxBatch: 1 });
            await finish(batcher.submit({ sequences: [sequence], setting }));
          }
        }
        const tokens = (requests: BatchRequest[]) =>
          requests.flatMap((r) => r.sequences.map((s) => s.tokens));
        expect(tokens(together)).toEqual(tokens(alone));
        expect(tokens(together).some((ids) => ids.includes(maskId))).toBe(false);
      },
    ),
    { seed: 11, numRuns: 60 },
  );
});

test("equal texts at different steps share a call; other lengths and settings do not", async () => {
  const denoiser = hashDenoiser();
  const batcher = createBatcher({ denoiser });
  const first = batcher.submit({ sequences: [sequenceOf({ length: 8, steps: 8, seed: 1 })] }).getReader();
  await first.read();
  await Promise.all([
    finish(batcher.submit({ sequences: [sequenceOf({ length: 8, steps: 3, seed: 2 })] })),
    finish(batcher.submit({ sequences: [sequenceOf({ length: 9, steps: 3, seed: 2 })] })),
    finish(
      batcher.submit({ sequences: [sequenceOf({ length: 8, steps: 3, seed: 2 })], setting: { topK: 2 } }),
    ),
  ]);
  const shared = denoiser.calls.filter(({ batch }) => batch > 1);
  expect(shared.length).toBeGreaterThan(0);
  expect(shared.every(({ length, topK }) => length === 8 && topK === undefined)).toBe(true);
});

test("a text of many steps holds up nobody: who waits is served within as many turns as there are others", async () => {
  const denoiser = hashDenoiser();
  // Turns that take no time: each request has as many.
  const batcher = createBatcher({ denoiser, maxBatch: 2, now: () => 0 });
  const sequences = [40, 41, 42, 43].map((length) => sequenceOf({ length, steps: 200, seed: length }));
  const long = Promise.all(sequences.map((sequence) => finish(batcher.submit({ sequences: [sequence] }))));
  const short = sequenceOf({ length: 8, steps: 4, seed: 1 });
  await finish(batcher.submit({ sequences: [short] }));
  expect(denoiser.calls.length).toBeLessThanOrEqual(5 * 5);
  await long;
});

describe("turns go round by the time they take", () => {
  /** A denoiser whose calls take a millisecond and one for each hundred tokens, on a clock of its own. */
  function timedBatcher() {
    let time = 0;
    const denoiser = hashDenoiser({
      before: ({ batch, length }) => {
        time += 1 + (batch * length) / 100;
      },
    });
    return { batcher: createBatcher({ denoiser, now: () => time }), now: () => time };
  }
  const short = () => sequenceOf({ length: 16, steps: 16, seed: 1 });
  const longRequest = (request: number) => ({
    sequences: Array.from({ length: 16 }, (_, seed) => sequenceOf({ length: 64, steps: 64, seed })),
    setting: { topK: 2 + request },
  });

  for (const [what, settings] of [
    ["of twelve settings", 12],
    ["of one setting", 1],
  ] as const) {
    test(`a short text beside twelve long requests ${what} gets its thirteenth of the time`, async () => {
      const alone = timedBatcher();
      await finish(alone.batcher.submit({ sequences: [short()] }));

      const { batcher, now } = timedBatcher();
      const requests = Array.from({ length: 12 }, (_, i) => batcher.submit(longRequest(i % settings)));
      const long = Promise.all(requests.map(finish));
      while (now() < 500) await new Promise((resolve) => setImmediate(resolve));
      const start = now();
      await finish(batcher.submit({ sequences: [short()] }));
      const longTurn = 1 + (16 * 64) / 100;
      expect(now() - start).toBeLessThan(13 * (alone.now() + longTurn));
      await long;
    });
  }

  test("a run of requests of one step holds up no long one", async () => {
    const { batcher, now } = timedBatcher();
    const done = new AbortController();
    const long = finish(batcher.submit(longRequest(0))).then(() => done.abort());
    const alone = 64 * (1 + (16 * 64) / 100);
    let count = 0;
    // Several at a time, of settings of their own: none shares a call.
    const flood = Array.from({ length: 4 }, async (_, client) => {
      while (!done.signal.aborted) {
        const sequences = [sequenceOf({ length: 16, steps: 1, seed: count++ })];
        await finish(batcher.submit({ sequences, setting: { topK: 100 + client } }));
      }
    });
    await Promise.all([long, ...flood]);
    expect(now()).toBeLessThan(6 * alone);
    expect(count).toBeGreaterThan(64);
  });
});

describe("a bounded queue", () => {
  test("refuses what has no room, and says when to come back", async () => {
    const batcher = createBatcher({ denoiser: hashDenoiser(), capacity: 3 });
    const texts = (count: number) =>
      Array.from({ length: count }, (_, seed) => sequenceOf({ length: 8, steps: 4, seed }));
    const taken = batcher.submit({ sequences: texts(2) });
    let refusal: unknown;
    try {
      batcher.submit({ sequences: texts(2) });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(QueueFullError);
    expect((refusal as QueueFullError).retryAfter).toBeGreaterThanOrEqual(1);
    await finish(taken);
    await finish(batcher.submit({ sequences: texts(3) }));
  });
});

describe("whoever goes", () => {
  for (const way of ["cancels", "aborts"] as const) {
    test(`and ${way} frees the place at once, and no later call is made for it`, async () => {
      let open = () => {};
      const denoiser = hashDenoiser({ before: () => new Promise<void>((resolve) => (open = resolve)) });
      const batcher = createBatcher({ denoiser });
      const stop = new AbortController();
      const stream = batcher.submit({
        sequences: [sequenceOf({ length: 8, steps: 100, seed: 1 })],
        signal: stop.signal,
      });
      await expect.poll(() => denoiser.calls.length).toBe(1);
      if (way === "cancels") await stream.cancel();
      else stop.abort(new Error("gone"));
      expect(batcher.waiting).toBe(0);
      open();
      await batcher.drain();
      expect(denoiser.calls.length).toBe(1);
      if (way === "aborts") await expect(finish(stream)).rejects.toThrow("gone");
    });
  }

  test("leaves the others of the call their answers", async () => {
    let open = () => {};
    const denoiser = hashDenoiser({ before: () => new Promise<void>((resolve) => (open = resolve)) });
    const batcher = createBatcher({ denoiser });
    const [leaving, staying] = [1, 2].map((seed) => sequenceOf({ length: 8, steps: 1, seed }));
    const left = batcher.submit({ sequences: [leaving!] });
    const stayed = finish(batcher.submit({ sequences: [staying!] }));
    await expect.poll(() => denoiser.calls.length).toBe(1);
    await left.cancel();
    open();
    await stayed;
    expect(staying!.tokens.includes(maskId)).toBe(false);
    expect(leaving!.tokens.every((id) => id === maskId)).toBe(true);
  });
});

test("a call that fails ends the requests that shared it, and no others", async () => {
  const denoiser = hashDenoiser({
    before({ length }) {
      if (length === 9) throw new Error("broken");
    },
  });
  const batcher = createBatcher({ denoiser });
  const [good, bad] = [8, 9].map((length) =>
    finish(batcher.submit({ sequences: [sequenceOf({ length, steps: 5, seed: 1 })] })),
  );
  await expect(bad).rejects.toThrow("broken");
  await good;
  expect(batcher.waiting).toBe(0);
});

test("drains: takes nothing more, ends what it took", async () => {
  const batcher = createBatcher({ denoiser: hashDenoiser() });
  const sequence = sequenceOf({ length: 8, steps: 5, seed: 1 });
  const taken = finish(batcher.submit({ sequences: [sequence] }));
  const drained = batcher.drain();
  expect(() => batcher.submit({ sequences: [sequence] })).toThrow(/takes no new requests/);
  await drained;
  await taken;
  expect(sequence.tokens.includes(maskId)).toBe(false);
});
