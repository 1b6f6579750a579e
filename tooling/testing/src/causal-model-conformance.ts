import { createStream } from "@sdtt/core";
import type { CausalModel, CausalTexts, GenerateRequest } from "@sdtt/core";
import { describe, expect, test } from "vitest";

export interface CausalModelConformanceOptions {
  /** A model with at least 8 positions and 6 tokens, which may be told to take little at a time. */
  readonly create: (limits?: {
    readonly maxPositions?: number;
    readonly maxHeadRows?: number;
  }) => Promise<CausalModel & AsyncDisposable>;
  /** Ids that it can draw: those below. */
  readonly tokenCount: number;
  /** By how much log-probabilities and hidden rows may be off; 1e-4 unless given. */
  readonly tolerance?: number | undefined;
}

const length = 8;
const batch = 3;
const stream = createStream(4);

/** What judges, writers and evaluations rely on, of any autoregressive model. */
export function causalModelConformance(name: string, options: CausalModelConformanceOptions): void {
  const { create, tokenCount, tolerance = 1e-4 } = options;
  const tokens = Int32Array.from({ length: batch * length }, (_, i) => stream.uint32(i) % tokenCount);
  const texts: CausalTexts = { tokens, batch, length };
  const prompts = Int32Array.of(1, 2, 3, 4, 5, 0);
  const request: GenerateRequest = { prompts, batch, length, stream };
  const rowOf = (values: ArrayLike<number>, row: number, width: number) =>
    Array.from(values).slice(row * width, (row + 1) * width);
  const expectClose = (found: ArrayLike<number>, expected: ArrayLike<number>) => {
    expect(found.length).toBe(expected.length);
    const differences = Array.from(found, (value, i) => Math.abs(value - expected[i]!));
    expect(Math.max(0, ...differences)).toBeLessThan(tolerance);
  };

  const copies = (value: number, count: number) => Array.from({ length: count }, () => value);

  /** The distribution of the token after a beginning, by scoring every continuation: the slow twin of a draw. */
  async function nextDistribution(model: CausalModel, beginning: readonly number[]): Promise<number[]> {
    const candidates = Array.from({ length: tokenCount }, (_, id) => [...beginning, id]);
    const size = beginning.length + 1;
    const scores = await model.score({
      tokens: Int32Array.from(candidates.flat()),
      batch: tokenCount,
      length: size,
    });
    return candidates.map((_, id) => Math.exp(scores[(id + 1) * size - 1]!));
  }

  describe(`${name} conforms: it`, () => {
    test("scores tokens under distributions that sum to one, the first of a text as given", async () => {
      await using model = await create();
      const scores = await model.score(texts);
      expect(scores.length).toBe(batch * length);
      for (let text = 0; text < batch; text++) expect(scores[text * length]).toBe(0);
      const ids = rowOf(tokens, 1, length);
      const distribution = await nextDistribution(model, ids.slice(0, 5));
      expect(Math.abs(distribution.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(tolerance);
      expect(Math.log(distribution[ids[5]!]!)).toBeCloseTo(scores[length + 5]!, 4);
    });

    test("reads no token before its place", async () => {
      await using model = await create();
      const changed = tokens.map((id, i) => (i % length === 4 ? (id + 1) % tokenCount : id));
      const [before, after] = [await model.hidden(texts), await model.hidden({ ...texts, tokens: changed })];
      const width = model.hiddenSize;
      expect(before.length).toBe(batch * length * width);
      for (let row = 0; row < batch * length; row++) {
        const same = [rowOf(before, row, width), rowOf(after, row, width)] as const;
        if (row % length < 4) expectClose(...same);
        else expect(same[0]).not.toEqual(same[1]);
      }
    });

    test("reads texts of different lengths as it reads each alone", async () => {
      await using model = await create();
      await using small = await create({ maxPositions: length, maxHeadRows: 3 });
      const lengths = Int32Array.of(5, 8, 1);
      const width = model.hiddenSize;
      for (const each of [model, small]) {
        const scores = await each.score({ ...texts, lengths });
        const hidden = await each.hidden({ ...texts, lengths });
        const last = await each.hidden({ ...texts, lengths, positions: "last" });
        expect(last.length).toBe(batch * width);
        for (const [text, count] of lengths.entries()) {
          const ids = tokens.slice(text * length, text * length + count);
          const alone = { tokens: ids, batch: 1, length: count };
          const padding = length - count;
          expectClose(rowOf(scores, text, length), [...(await model.score(alone)), ...copies(0, padding)]);
          const rows = await model.hidden(alone);
          expectClose(rowOf(hidden, text, length * width), [...rows, ...copies(0, padding * width)]);
          expectClose(rowOf(last, text, width), rows.slice(-width));
        }
      }
    });

    test("writes with its cache what it would draw from whole texts", async () => {
      await using model = await create();
      const { tokens: written, lengths, passes } = await model.generate(request);
      expect(passes).toBe(length - 2);
      expect([...lengths]).toEqual([length, length, length]);
      for (let text = 0; text < batch; text++) {
        const ids = rowOf(written, text, length);
        expect(ids.slice(0, 2)).toEqual(rowOf(prompts, text, 2));
        for (let end = 2; end < length; end++) {
          const distribution = await nextDistribution(model, ids.slice(0, end));
          let cumulative = 0;
          const uniform = stream.child(text).uniform(end);
          expect(ids[end]).toBe(distribution.findIndex((p) => (cumulative += p) > uniform));
        }
      }
    });

    test("writes a text alike alone, among others and in groups, whatever shapes the draw", async () => {
      await using model = await create();
      await using small = await create({ maxPositions: length, maxHeadRows: 3 });
      const shape = { temperature: 0.8, topK: Math.max(2, tokenCount - 3), topP: 0.95 };
      const together = await model.generate({ ...request, ...shape });
      expect(await small.generate({ ...request, ...shape })).toEqual(together);
      const alone = await model.generate({
        ...request,
        ...shape,
        prompts: prompts.subarray(0, 2),
        batch: 1,
      });
      expect([...alone.tokens]).toEqual(rowOf(together.tokens, 0, length));
    });

    test("continues prompts of different lengths as it continues each alone", async () => {
      await using model = await create();
      await using small = await create({ maxPositions: length });
      const padded = Int32Array.of(1, 2, 3, 4, 5, 0, 0, 0, 3, 0, 0, 0);
      const promptLengths = Int32Array.of(4, 2, 1);
      const together = await model.generate({ ...request, prompts: padded, promptLengths });
      expect(together.passes).toBe(length - 1);
      expect((await small.generate({ ...request, prompts: padded, promptLengths })).tokens).toEqual(
        together.tokens,
      );
      for (const [text, count] of promptLengths.entries()) {
        const alone = await model.generate({
          ...request,
          prompts: padded.slice(4 * text, 4 * text + count),
          batch: 1,
          stream: { ...stream, child: () => stream.child(text) },
        });
        expect(rowOf(together.tokens, text, length)).toEqual([...alone.tokens]);
      }
    });

    test("stops a text at its end, and all when all have ended", async () => {
      await using model = await create();
      const endless = await model.generate(request);
      const ids = (text: number) => rowOf(endless.tokens, text, length);
      const endId = ids(0)[4]!;
      const { tokens: found, lengths, passes } = await model.generate({ ...request, endId });
      const ends = [0, 1, 2].map((text) => {
        const place = ids(text).indexOf(endId, 2);
        return place < 0 ? length : place + 1;
      });
      expect([...lengths]).toEqual(ends);
      expect(passes).toBe(Math.max(...ends) - 2);
      ends.forEach((end, text) => {
        const expected = [...ids(text).slice(0, end), ...copies(endId, length - end)];
        expect(rowOf(found, text, length)).toEqual(expected);
      });
      const first = { ...request, prompts: prompts.subarray(0, 2), batch: 1, endId };
      expect((await model.generate(first)).passes).toBe(ends[0]! - 2);
      // One that ends before another has left its prompt.
      const early = {
        ...request,
        prompts: Int32Array.of(...ids(0).slice(0, 2), 0, 0, 0, 0, 1, 2, 3, 4, 5, 0),
        promptLengths: Int32Array.of(2, 6),
        batch: 2,
        endId: ids(0)[2]!,
      };
      expect([...(await model.generate(early)).lengths][0]).toBe(3);
    });

    test("tells each token as it is drawn, with its log-probability", async () => {
      await using model = await create();
      const { tokens: expected } = await model.generate({ ...request, temperature: 1.3 });
      const scores = await model.score({ tokens: expected, batch, length });
      const steps = model.stream({ ...request, temperature: 1.3 });
      let position = 2;
      let step = await steps.next();
      for (; !step.done; step = await steps.next()) {
        expect(step.value.position).toBe(position);
        expect([...step.value.texts]).toEqual([0, 1, 2]);
        const places = [0, 1, 2].map((text) => text * length + position);
        expect([...step.value.ids]).toEqual(places.map((place) => expected[place]!));
        expectClose(
          step.value.logProbs,
          places.map((place) => scores[place]!),
        );
        position++;
      }
      expect(position).toBe(length);
      expect(step.value.tokens).toEqual(expected);
    });

    test("refuses requests that make no sense", async () => {
      await using model = await create();
      const unread: CausalTexts[] = [
        { ...texts, batch: batch + 1 },
        { ...texts, tokens: tokens.with(3, -1) },
        { ...texts, tokens: tokens.with(3, model.vocabSize) },
        { ...texts, lengths: Int32Array.of(1, 2) },
        { ...texts, lengths: Int32Array.of(1, 0, 2) },
        { ...texts, lengths: Int32Array.of(1, length + 1, 2) },
      ];
      for (const bad of unread) {
        await expect(model.score(bad)).rejects.toMatchObject({ code: "usage" });
        await expect(model.hidden(bad)).rejects.toMatchObject({ code: "usage" });
      }
      const unwritten: Partial<GenerateRequest>[] = [
        { length: 2 },
        { prompts: new Int32Array(0) },
        { prompts: prompts.with(0, model.vocabSize) },
        { promptLengths: Int32Array.of(1, 2) },
        { promptLengths: Int32Array.of(1, 0, 2) },
        { endId: -1 },
        { endId: model.vocabSize },
        { temperature: 0 },
        { topP: 0 },
        { topK: 0 },
      ];
      for (const bad of unwritten)
        await expect(model.generate({ ...request, ...bad })).rejects.toMatchObject({ code: "usage" });
    });

    test("stops when asked to", async () => {
      await using model = await create();
      const signal = AbortSignal.abort();
      await expect(model.score({ ...texts, signal })).rejects.toMatchObject({ code: "aborted" });
      await expect(model.hidden({ ...texts, signal })).rejects.toMatchObject({ code: "aborted" });
      await expect(model.generate({ ...request, signal })).rejects.toMatchObject({ code: "aborted" });
      const controller = new AbortController();
      const steps = model.stream({ ...request, signal: controller.signal });
      await steps.next();
      controller.abort();
      await expect(steps.next()).rejects.toMatchObject({ code: "aborted" });
    });
  });
}
