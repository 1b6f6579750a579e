import * as fc from "fast-check";
import { expect } from "vitest";
import { fuzzedRequest } from "./fuzzed-request.ts";
import { serve } from "./serve.ts";

/** Posts fuzzed bodies: each gets an answer, or a refusal in OpenAI's shape; none makes the server fail. */
export async function expectNoFailure(runs: number): Promise<void> {
  await using scene = await serve();
  const seen = { answered: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fuzzedRequest, async ({ path, body }) => {
      const answer = await scene.post(path, body);
      const text = await answer.text();
      if (answer.status === 200) {
        seen.answered++;
        expect(text).not.toContain('"error":');
        return;
      }
      seen.refused++;
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      const { error } = JSON.parse(text) as { error: { message: string; type: string } };
      expect(error.type).toBe("invalid_request_error");
      expect(error.message).toMatch(/./);
      expect(error.message.length).toBeLessThan(500);
    }),
    { seed: 6, numRuns: runs },
  );
  // The property would hold of a server that refuses everything.
  expect(Math.min(seen.answered, seen.refused)).toBeGreaterThan(runs / 10);
  expect(scene.log.filter((line) => line.includes('"level":50'))).toEqual([]);
}
