import { test } from "vitest";
import { expectNoFailure } from "./testing/expect-no-failure.ts";

test("400 fuzzed bodies: an answer, or a refusal in OpenAI's shape, and never a failure", async () => {
  await expectNoFailure(400);
}, 600_000);
