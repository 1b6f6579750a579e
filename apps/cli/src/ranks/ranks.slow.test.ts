import { mpichMissing, mpiMissing } from "@sdtt/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRankedScene, relativeDistance } from "../testing/ranked-runs.ts";
import type { RankedScene } from "../testing/ranked-runs.ts";

const title = mpiMissing ? `with a real mpirun: skipped, ${mpiMissing}` : "with a real mpirun";

describe.skipIf(mpiMissing !== undefined)(title, () => {
  let scene: RankedScene;
  let alone: Float32Array;
  let together: Float32Array;
  beforeAll(async () => {
    scene = await openRankedScene({ updates: 50 });
    await scene.run("alone", 1);
    await scene.run("together", 2);
    alone = await scene.weights("alone");
    together = await scene.weights("together");
  }, 300_000);
  afterAll(() => scene[Symbol.asyncDispose]());

  test("50 updates of two ranks come to the weights of one process", async () => {
    expect(relativeDistance(alone, together)).toBeLessThan(1e-6);
    expect(together).not.toEqual(alone);
  });

  test("two runs of two ranks come to the same bits", async () => {
    await scene.run("again", 2);
    expect(await scene.weights("again")).toEqual(together);
  }, 300_000);

  const mpichTitle = "two ranks of MPICH come to the bits of Open MPI";
  test.skipIf(mpichMissing !== undefined)(
    mpichMissing ? `${mpichTitle}: skipped, ${mpichMissing}` : mpichTitle,
    async () => {
      await scene.run("mpich", 2, { mpi: "MPICH" });
      expect(await scene.weights("mpich")).toEqual(together);
    },
    300_000,
  );

  describe.each([0, 1])("rank %i is killed", (rank) => {
    test.each([
      ["when a checkpoint is saved", "step-00000005", 0],
      ["in an update", "step-00000010", 15],
      ["at the end of a round", "round 1 is done", 2],
    ])(
      "%s; one, two and three ranks resume",
      async (moment, after, milliseconds) => {
        const name = `killed-${rank}-${moment}`;
        const killed = await scene.run(name, 2, { kill: { rank, after, milliseconds } });
        expect(killed.status, killed.stderr).not.toBe(0);
        const newest = await scene.newest(name);
        expect(newest).toBeGreaterThan(0);
        expect(newest).toBeLessThan(scene.updates);
        for (const ranks of [1, 2, 3]) {
          const copy = `${name}-${ranks}`;
          await scene.copy(name, copy);
          const resumed = await scene.run(copy, ranks);
          expect(resumed.stderr).toContain("Resuming from update");
          expect(resumed.status, resumed.stderr).toBe(0);
          const weights = await scene.weights(copy);
          if (ranks === 2) expect(weights).toEqual(together);
          else expect(relativeDistance(alone, weights)).toBeLessThan(1e-6);
        }
      },
      600_000,
    );
  });
});
