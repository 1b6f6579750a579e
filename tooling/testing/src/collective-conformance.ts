import assert from "node:assert/strict";
import { createStream } from "@sdtt/core";
import type { Collective } from "@sdtt/core";

/** A check that every rank runs at the same time. It throws at the ranks that see something wrong. */
export interface CollectiveCheck {
  readonly title: string;
  run(collective: Collective): Promise<void>;
}

/** The same of arrays that a collective may have to cut into parts. */
export const longSumChecks: readonly CollectiveCheck[] = sumsOf(5_000_000);

/**
 * What data-parallel training relies on, of any collective. Checks, not tests: a rank may be a process that a launcher started, which
 * knows no test runner.
 */
export const collectiveChecks: readonly CollectiveCheck[] = [
  {
    title: "ranks count from 0",
    async run({ rank, size }) {
      assert.ok(Number.isSafeInteger(rank) && rank >= 0 && rank < size, `rank ${rank} of ${size}`);
    },
  },
  {
    title: "every rank has a number of its own",
    async run(collective) {
      const { rank, size } = collective;
      const seen = new Float64Array(size);
      seen[rank] = 1;
      await collective.sum(seen);
      assert.deepEqual(seen, new Float64Array(size).fill(1));
    },
  },
  ...[1, 2, 3, 1000, 65_537].flatMap(sumsOf),
  {
    title: "a window of an array is summed, and nothing around it changes",
    async run(collective) {
      const whole = new Float32Array(10).fill(1);
      await collective.sum(whole.subarray(3, 6));
      const { size } = collective;
      assert.deepEqual([...whole], [1, 1, 1, size, size, size, 1, 1, 1, 1]);
    },
  },
  {
    title: "what is not finite stays so at every rank",
    async run(collective) {
      const values = Float32Array.of(1, collective.rank === 0 ? Number.NaN : 1, 1);
      await collective.sum(values);
      assert.deepEqual([...values].map(Number.isFinite), [true, false, true]);
    },
  },
  ...[0, 1, 13, 300_000].map((length) => ({
    title: `${length} bytes reach every rank, whichever they come from`,
    run: async (collective: Collective) => {
      for (let root = 0; root < collective.size; root++) {
        const bytes = bytesOf(collective.rank, length);
        await collective.broadcast(bytes, root);
        assert.deepEqual(bytes, bytesOf(root, length));
      }
    },
  })),
  {
    title: "no rank passes a barrier before the last one reaches it",
    async run(collective) {
      const { rank, size } = collective;
      for (let late = 0; late < size; late++) {
        if (rank === late) await new Promise((resolve) => setTimeout(resolve, 100));
        const reached = Date.now();
        await collective.barrier();
        const passed = Date.now();
        // Clocks of ranks on one machine agree.
        const times = new Float64Array(2 * size);
        times[rank] = reached;
        times[size + rank] = passed;
        await collective.sum(times);
        assert.ok(Math.max(...times.subarray(0, size)) <= Math.min(...times.subarray(size)));
      }
    },
  },
  {
    title: "calls that are not waited for take their turns",
    async run(collective) {
      const [first, second] = [Float32Array.of(1), Float32Array.of(10)];
      await Promise.all([collective.sum(first), collective.barrier(), collective.sum(second)]);
      assert.deepEqual([first[0], second[0]], [collective.size, 10 * collective.size]);
    },
  },
  {
    title: "waiting for a late rank leaves timers their turn",
    async run(collective) {
      const { rank, size } = collective;
      if (rank === size - 1) await new Promise((resolve) => setTimeout(resolve, 600));
      let ticks = 0;
      const timer = setInterval(() => ticks++, 50);
      await collective.sum(new Float32Array(1));
      clearInterval(timer);
      if (rank < size - 1) assert.ok(ticks >= 3, `${ticks} ticks`);
    },
  },
];

function sumsOf(length: number): CollectiveCheck[] {
  return [Float32Array, Float64Array].map((Values) => ({
    title: `a sum of ${length} in ${Values.name} is that of the ranks in their order, to the bit`,
    run: async (collective: Collective) => {
      const { rank, size } = collective;
      const own = valuesOf(rank, length, Values);
      await collective.sum(own);
      const totals = new Float64Array(length);
      for (let other = 0; other < size; other++) {
        const values = valuesOf(other, length, Values);
        for (let i = 0; i < length; i++) totals[i]! += values[i]!;
      }
      const expected = new Values(totals);
      const place = expected.findIndex((value, i) => !Object.is(value, own[i]));
      assert.equal(place, -1, `element ${place} is ${own[place]}; expected ${expected[place]}`);
    },
  }));
}

function valuesOf(
  rank: number,
  length: number,
  Values: Float32ArrayConstructor | Float64ArrayConstructor,
): Float32Array | Float64Array {
  const stream = createStream(rank);
  // Of very different sizes, so that another order of adding would show.
  const pattern = Array.from({ length: 4099 }, (_, i) => (stream.uniform(i) - 0.5) * 10 ** ((i % 9) - 4));
  const values = new Values(length);
  for (let i = 0; i < length; i++) values[i] = pattern[i % pattern.length]!;
  return values;
}

function bytesOf(rank: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (31 * i + 7 * rank) % 256);
}
