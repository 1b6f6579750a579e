import { redisMissing } from "@sdtt/testing";
import { expect, test } from "vitest";
import { runKilled } from "../testing/killed-workers.ts";

const title = "2,000 texts, a worker killed five times and a Redis that restarts change nothing in the file";

test.skipIf(redisMissing !== undefined)(
  redisMissing ? `${title}: skipped, ${redisMissing}` : title,
  { timeout: 3_600_000 },
  async () => {
    const { alone, together, killed } = await runKilled({
      texts: 2000,
      steps: 6,
      jobTexts: 16,
      kills: 5,
      otherFrom: 0,
      seed: 2,
    });
    expect(together).toBe(alone);
    expect(killed).toBe(5);
  },
);
