import { redisMissing } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { runKilled } from "../testing/killed-workers.ts";
import { runCaptured } from "../testing/run-captured.ts";

const title = redisMissing ? `with a real Redis: skipped, ${redisMissing}` : "with a real Redis";

describe.skipIf(redisMissing !== undefined)(title, () => {
  test(
    "workers that are killed and a Redis that restarts change nothing in the file",
    { timeout: 300_000 },
    async () => {
      const { alone, together, killed } = await runKilled({
        texts: 240,
        steps: 1,
        jobTexts: 4,
        kills: 3,
        otherFrom: 2,
        seed: 1,
      });
      expect(together).toBe(alone);
      expect(killed).toBe(3);
    },
  );
});

test("a queue needs an address, and a place for its lines", async () => {
  const nowhere = await runCaptured(["worker"]);
  expect(nowhere).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/--queue redis:\/\/host:6379 or in the variable SDTT_QUEUE/),
  });
  const shown = await runCaptured(["sample", "--queue", "redis://127.0.0.1:1"]);
  expect(shown).toMatchObject({ status: 2, stderr: expect.stringMatching(/give --out FILE, or --json/) });
  const away = await runCaptured(["sample", "--queue", "--json"], {
    env: { SDTT_QUEUE: "redis://127.0.0.1:1" },
  });
  expect(away).toMatchObject({
    status: 1,
    stdout: "",
    stderr: expect.stringMatching(/^error: Redis at 127\.0\.0\.1:1 cannot be reached/m),
  });
});
