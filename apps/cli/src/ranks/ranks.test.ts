import { mpiMissing } from "@sdtt/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRankedScene, relativeDistance } from "../testing/ranked-runs.ts";
import type { RankedScene } from "../testing/ranked-runs.ts";
import { mayHaveRanks } from "./may-have-ranks.ts";
import { shareMachine } from "./share-machine.ts";

test.each([
  [{}, false],
  [{ OMPI_COMM_WORLD_SIZE: "1", PMIX_RANK: "0" }, false],
  [{ OMPI_COMM_WORLD_SIZE: "2" }, true],
  [{ PMI_SIZE: "3" }, true],
  [{ PMIX_RANK: "0" }, true],
  [{ SLURM_NTASKS: "4", SLURM_PROCID: "0" }, false],
])("a process with %j may be a rank: %s", (env, expected) => {
  expect(mayHaveRanks(env)).toBe(expected);
});

test("ranks on one machine share it, unless the launcher has bound them", () => {
  const machine = { device: "cpu", processors: 8 };
  expect(shareMachine({ ...machine, localRank: 1, localRanks: 3, allowed: 8 })).toEqual({ threads: 2 });
  expect(shareMachine({ ...machine, localRank: 1, localRanks: 3, allowed: 4 })).toEqual({});
  expect(shareMachine({ ...machine, localRanks: 20, allowed: 8 })).toEqual({ threads: 1 });
  expect(shareMachine({ ...machine, allowed: 8 })).toEqual({});
  const cuda = { device: "cuda", processors: 8, allowed: 8, localRank: 1, localRanks: 2 };
  expect(shareMachine(cuda)).toEqual({ threads: 4, gpu: 1 });
});

const title = mpiMissing ? `with a real mpirun: skipped, ${mpiMissing}` : "with a real mpirun";

describe.skipIf(mpiMissing !== undefined)(title, () => {
  let scene: RankedScene;
  beforeAll(async () => void (scene = await openRankedScene({ updates: 10 })), 60_000);
  afterAll(() => scene[Symbol.asyncDispose]());

  test("two ranks, one of them killed, and three that resume, end with the weights of one process", async () => {
    await scene.run("alone", 1);
    const kill = { rank: 1, after: "step-00000005", milliseconds: 0 };
    const killed = await scene.run("together", 2, { kill });
    expect(killed.status, killed.stderr).not.toBe(0);
    expect(await scene.newest("together")).toBeGreaterThanOrEqual(5);
    const resumed = await scene.run("together", 3);
    expect(resumed.stderr).toContain("Resuming from update");
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(await scene.newest("together")).toBe(scene.updates);
    expect(relativeDistance(await scene.weights("alone"), await scene.weights("together"))).toBeLessThan(
      1e-6,
    );
  }, 300_000);

  test("two ranks train as one process does", async () => {
    for (const [name, ranks] of [
      ["trained-alone", 1],
      ["trained-together", 2],
    ] as const) {
      const { status, stderr } = await scene.run(name, ranks, { command: "train" });
      expect(status, stderr).toBe(0);
      expect(await scene.newest(name)).toBe(scene.updates);
    }
    const [alone, together] = [await scene.weights("trained-alone"), await scene.weights("trained-together")];
    expect(relativeDistance(alone, together)).toBeLessThan(1e-6);
    expect(together).not.toEqual(alone);
  }, 300_000);

  test("a rank with other settings is refused by name", async () => {
    const { status, stderr } = await scene.run("refused", 2, {
      flags: (rank) => ["--seed", String(5 + rank)],
    });
    expect(stderr).toContain(
      "error: Not all ranks were started alike. Rank 1: seed is 6, expected 5; data order is",
    );
    expect(status).toBe(2);
  }, 300_000);

  test.each(["distill", "train"] as const)(
    "a plan of %s tells what the reduction takes",
    async (command) => {
      const { status, stdout } = await scene.run("planned", 2, { command, flags: ["--plan"] });
      expect(stdout).toMatch(
        /^of which +about [\d.e-]+ s to add up gradients: \d+ kB from each of 2 ranks at .*\/s$/m,
      );
      expect(stdout.match(/in all/g)).toHaveLength(1);
      expect(status).toBe(0);
    },
    300_000,
  );
});
