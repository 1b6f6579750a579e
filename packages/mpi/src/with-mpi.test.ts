import { join } from "node:path";
import { collectiveChecks, longSumChecks, mpichMissing, mpiMissing, runRanks } from "@sdtt/testing";
import type { MpiName } from "@sdtt/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { withMpi } from "./with-mpi.ts";

test("a process that no launcher started is told how to start it", async () => {
  await expect(withMpi({ env: {} }, async () => {})).rejects.toMatchObject({
    code: "usage",
    message: expect.stringMatching(/start it with mpirun -n 2/),
  });
});

test("a library that is not there, and one that is no MPI, are named", async () => {
  const open = (path: string) =>
    withMpi({ env: { OMPI_COMM_WORLD_SIZE: "2", SDTT_MPI: path } }, async () => {});
  await expect(open("/none/libmpi.so.40")).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringMatching(/^The library of MPI \/none\/libmpi\.so\.40 cannot be used as Open MPI: /),
  });
  await expect(open("/none/libmpi.so.12")).rejects.toThrow(/started by Open MPI's mpirun, but .* MPICH's/);
  await expect(open("/none/libfoo.so")).rejects.toThrow(
    /SDTT_MPI names \/none\/libfoo\.so, whose name tells no MPI/,
  );
});

const launchers: readonly [mpi: MpiName, missing: string | undefined][] = [
  ["Open MPI", mpiMissing],
  ["MPICH", mpichMissing],
];

for (const [mpi, missing] of launchers) {
  const title = missing
    ? `with a real mpirun of ${mpi}: skipped, ${missing}`
    : `with a real mpirun of ${mpi}`;
  describe.skipIf(missing !== undefined)(title, () => {
    describe.each([2, 3])("%i ranks", (size) => {
      let passed: string[];
      let failure = "";
      beforeAll(async () => {
        const { stdout, stderr } = await runRanks({ ranks: size, mpi, args: [scriptOf("conformance-rank")] });
        passed = stdout.split("\n");
        failure = stderr;
      }, 300_000);
      test.each([...collectiveChecks, ...longSumChecks])("$title", (check) => {
        for (let rank = 0; rank < size; rank++) {
          expect(passed, failure).toContain(`rank ${rank} of ${size}, ${mpi}: ${check.title}`);
        }
      });
    });

    test("an error at one rank ends all of them, with its number and its words", async () => {
      const { status, stderr } = await runRanks({ ranks: 2, mpi, args: [scriptOf("failing-rank")] });
      expect(stderr).toContain("Rank 1: the disk is full");
      expect(status).not.toBe(0);
    });

    test("MPI begins once in a process", async () => {
      const { stderr } = await runRanks({ ranks: 1, mpi, args: [scriptOf("beginning-twice")] });
      expect(stderr).toContain("MPI has begun in this process already");
    });
  });
}

function scriptOf(name: string): string {
  return join(import.meta.dirname, "testing", `${name}.ts`);
}
