import { readdir } from "node:fs/promises";
import { temporaryDirectory } from "@sdtt/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findCheckpoint } from "../checkpoint/load-checkpoint.ts";
import { runDirectory } from "../checkpoint/run-directory.ts";
import { readRawWeights, relativeDistance, runRanked } from "../testing/ranked-run.ts";
import {
  randomCheckpoint,
  randomOrder,
  randomSource,
  smallInverseDistillation,
} from "../testing/small-run.ts";

const lastStep = 12;
let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
/** Of one rank. */
let expected: Float32Array;
beforeAll(async () => {
  folder = await temporaryDirectory();
  expected = await weightsOf(1, "alone");
}, 60_000);
afterAll(() => folder[Symbol.asyncDispose]());

const runAt = (name: string) => runDirectory(`${folder.path}/${name}`);

/** The weights that a run of so many ranks ends with. */
async function weightsOf(size: number, name: string): Promise<Float32Array> {
  const { path, checkpoint } = runAt(name);
  for (const end of await runRanked({ size, options: () => ({ directory: path }) })) {
    if (end.status === "rejected") throw end.reason;
  }
  return readRawWeights(checkpoint(lastStep));
}

test.each([2, 3])("%i ranks come to the weights of one, and to the same bits each time", async (size) => {
  const first = await weightsOf(size, `first-${size}`);
  expect(relativeDistance(expected, first)).toBeLessThan(1e-6);
  expect(await weightsOf(size, `second-${size}`)).toEqual(first);
});

test("inverse distillation by two ranks comes to both networks of one process", async () => {
  const networksOf = async (size: number) => {
    const { path, checkpoint } = runAt(`inverse-${size}`);
    const course = smallInverseDistillation();
    for (const end of await runRanked({ size, course, options: () => ({ directory: path }) })) {
      if (end.status === "rejected") throw end.reason;
    }
    const last = checkpoint(course.updates!);
    return { student: await readRawWeights(last), fake: await readRawWeights(last, "fake") };
  };
  const [one, two] = [await networksOf(1), await networksOf(2)];
  expect(relativeDistance(one.student, two.student)).toBeLessThan(1e-6);
  expect(relativeDistance(one.fake, two.fake)).toBeLessThan(1e-6);
  expect(two.student).not.toEqual(two.fake);
});

test("only rank 0 needs the directory and tells of checkpoints, and all make the same updates", async () => {
  const { path } = runAt("told");
  const kinds: string[][] = [[], []];
  const updates: object[][] = [[], []];
  await runRanked({
    size: 2,
    options: (rank) => ({
      directory: rank === 0 ? path : `${path}-nowhere`,
      validation: { source: randomSource(), every: 6, blocks: 4 },
      samples: { every: 12, steps: 2 },
    }),
    onEvent(event, rank) {
      kinds[rank]!.push(event.kind);
      if (event.kind === "update") {
        const { step, loss, rows, gradientNorm } = event;
        updates[rank]!.push({ step, loss, rows, gradientNorm });
      }
    },
  });
  expect(new Set(kinds[0])).toEqual(new Set(["update", "validation", "sample", "checkpoint", "round-end"]));
  expect(new Set(kinds[1])).toEqual(new Set(["update", "round-end"]));
  expect(updates[0]).toHaveLength(lastStep);
  expect(updates[1]).toEqual(updates[0]);
  await expect(readdir(`${path}-nowhere`)).rejects.toThrow("ENOENT");
});

test.each([0, 1])(
  "if rank %i is asked to stop, all stop in one update, and any number of ranks resumes",
  async (asked) => {
    const stop = new AbortController();
    const { path } = runAt(`stopped-${asked}`);
    const ends = await runRanked({
      size: 2,
      options: (rank) => ({ directory: path, ...(rank === asked && { signal: stop.signal }) }),
      onEvent(event, rank) {
        if (rank === asked && event.kind === "update" && event.step === 4) stop.abort();
      },
    });
    for (const end of ends) expect(end).toMatchObject({ status: "rejected", reason: { code: "aborted" } });
    expect((await findCheckpoint(runAt(`stopped-${asked}`)))?.state.progress.step).toBe(4);
    const weights = await weightsOf(3, `stopped-${asked}`);
    expect(relativeDistance(expected, weights)).toBeLessThan(1e-6);
  },
);

test("a rank that is stopped while rank 0 validates does not end alone", async () => {
  const stop = new AbortController();
  const ends = await runRanked({
    size: 2,
    options: (rank) => ({
      ...(rank === 0 && { signal: stop.signal }),
      validation: {
        source: {
          ...randomSource(),
          read: async (indices) => {
            stop.abort();
            return randomSource().read(indices);
          },
        },
        every: 2,
        blocks: 4,
      },
    }),
  });
  for (const end of ends) expect(end).toMatchObject({ status: "rejected", reason: { code: "aborted" } });
});

test.each([
  ["settings", { seed: 2, loss: "mse" }, /Rank 1: seed is 2, expected 1; loss is "mse", expected "kl-bwd"\./],
  [
    "order",
    { order: randomOrder({ batchSize: 6, blocks: 7 }) },
    /Rank 1: data order is "[0-9a-f]{64}", expected "[0-9a-f]{64}"\./,
  ],
  ["data", { source: randomSource({ tokens: 50 }) }, /Rank 1: data order is/],
] as const)("a rank of other %s is refused by name, at every rank", async (_, other, message) => {
  const ends = await runRanked({ size: 3, options: (rank) => (rank === 1 ? other : {}) });
  for (const end of ends) {
    expect(end).toMatchObject({
      status: "rejected",
      reason: { code: "usage", message: expect.stringMatching(message) },
    });
  }
});

test("the state is rank 0's, whatever another rank has on its disk", async () => {
  const { path, checkpoint } = runAt("other-teacher");
  const teachers = [randomCheckpoint(), randomCheckpoint(undefined, 0.1)];
  await runRanked({ size: 2, options: (rank) => ({ directory: path, teacher: teachers[rank]! }) });
  expect(await readRawWeights(checkpoint(lastStep))).toEqual(await weightsOf(2, "same-teacher"));
});

test("more ranks than micro-batches are refused, with what to set", async () => {
  const ends = await runRanked({ size: 4, options: () => ({}) });
  for (const end of ends) {
    expect(end).toMatchObject({
      reason: {
        code: "usage",
        message:
          "4 ranks need at least 4 micro-batches in an update; a batch of 6 in micro-batches of 2 has 3: set microBatchSize to at most 1.",
      },
    });
  }
});
