import { createStream } from "@sdtt/core";
import { expect, test } from "vitest";
import { settleReveals } from "./settle-reveals.ts";

type Settled = Parameters<typeof settleReveals>[0] extends AsyncIterable<infer T> ? T : never;

/** A reveal of tokens at positions, and the positions that were masked again before it. */
function reveal(index: number, tokens: Readonly<Record<number, number>>, remasked: number[] = []): Settled {
  const ids = Object.values(tokens);
  return {
    index,
    revealed: {
      positions: Int32Array.from(Object.keys(tokens), Number),
      ids: Int32Array.from(ids),
      logProbs: Float32Array.from(ids, (id) => -id),
      remasked: Int32Array.from(remasked),
    },
  };
}

async function* inTurn(reveals: readonly Settled[]): AsyncGenerator<Settled> {
  yield* reveals;
}

async function settled(reveals: readonly Settled[]): Promise<Settled[]> {
  const all: Settled[] = [];
  for await (const one of settleReveals(inTurn(reveals))) all.push(one);
  return all;
}

/** Of each text its tokens by position. */
const byPosition = ({ index, revealed: { positions, ids, logProbs } }: Settled) => ({
  index,
  tokens: Object.fromEntries(Array.from(positions, (position, i) => [position, ids[i]])),
  logProbs: Object.fromEntries(Array.from(positions, (position, i) => [position, logProbs[i]])),
});

test("tells each text once, with what its positions are in the end", async () => {
  const all = await settled([
    reveal(0, { 2: 5, 0: 7 }),
    reveal(1, { 1: 4 }),
    reveal(0, { 1: 6 }, [2]),
    reveal(0, { 2: 8 }),
  ]);
  expect(all.map(byPosition)).toEqual([
    { index: 0, tokens: { 0: 7, 1: 6, 2: 8 }, logProbs: { 0: -7, 1: -6, 2: -8 } },
    { index: 1, tokens: { 1: 4 }, logProbs: { 1: -4 } },
  ]);
  for (const { revealed } of all) expect(revealed.remasked).toHaveLength(0);
});

test("a position that is masked again and revealed in the same step has the new token", async () => {
  const [text] = await settled([reveal(0, { 3: 1 }), reveal(0, { 3: 2 }, [3])]);
  expect(byPosition(text!).tokens).toEqual({ 3: 2 });
});

test("a position that stays masked is not told", async () => {
  const [text] = await settled([reveal(0, { 0: 1, 1: 2 }), reveal(0, {}, [1])]);
  expect(byPosition(text!).tokens).toEqual({ 0: 1 });
});

test("tells nothing before the last reveal", async () => {
  const seen: number[] = [];
  async function* watched() {
    for (const [i, one] of [reveal(0, { 0: 1 }), reveal(0, { 1: 2 })].entries()) {
      seen.push(i);
      yield one;
    }
  }
  const texts = settleReveals(watched());
  const first = await texts.next();
  expect(seen).toEqual([0, 1]);
  expect(first.done).toBe(false);
  expect((await texts.next()).done).toBe(true);
});

test("is the state of a grid after the same changes, of any number of texts", async () => {
  const [texts, length, stream] = [3, 12, createStream(7)];
  const grids = Array.from({ length: texts }, () => new Map<number, number>());
  const reveals = Array.from({ length: 60 }, (_, step) => {
    const own = stream.child(step);
    const index = own.uint32(0) % texts;
    const grid = grids[index]!;
    const remasked = [...grid.keys()].filter((position) => own.uniform(100 + position) < 0.3);
    for (const position of remasked) grid.delete(position);
    const positions = [...Array(length).keys()].filter(
      (position) => !grid.has(position) && own.uniform(200 + position) < 0.4,
    );
    for (const position of positions) grid.set(position, own.uint32(300 + position) % 50);
    const tokens = Object.fromEntries(positions.map((position) => [position, grid.get(position)!]));
    return reveal(index, tokens, remasked);
  });
  const found = new Map((await settled(reveals)).map((text) => [text.index, byPosition(text).tokens]));
  expect(found.size).toBe(texts);
  grids.forEach((grid, index) => expect(found.get(index)).toEqual(Object.fromEntries(grid)));
});

test("an error of the reveals ends it", async () => {
  async function* failing(): AsyncGenerator<Settled> {
    yield reveal(0, { 0: 1 });
    throw new Error("the model is gone");
  }
  await expect(settleReveals(failing()).next()).rejects.toThrow("the model is gone");
});
