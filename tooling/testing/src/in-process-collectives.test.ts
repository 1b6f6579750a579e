import { alone } from "@sdtt/core";
import { describe, expect, test } from "vitest";
import { collectiveChecks } from "./collective-conformance.ts";
import { inProcessCollectives } from "./in-process-collectives.ts";

describe.each([
  ["alone", () => [alone]],
  ["two in one process", () => inProcessCollectives(2)],
  ["five in one process", () => inProcessCollectives(5)],
])("%s", (_, open) => {
  test.each(collectiveChecks)("$title", async ({ run }) => {
    await expect(Promise.all(open().map(run))).resolves.toBeDefined();
  });
});

test("ranks that make different calls are told", async () => {
  const [first, second] = inProcessCollectives(2);
  const calls = [first!.sum(new Float32Array(3)), second!.sum(new Float32Array(4))];
  for (const call of calls)
    await expect(call).rejects.toThrow(/Rank 1 calls sum of Float32Array 4 where another calls/);
});
