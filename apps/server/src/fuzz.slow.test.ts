import { test } from "vitest";
import { expectNoFailure } from "./testing/expect-no-failure.ts";

test("10,000 fuzzed bodies: an answer, or a refusal in OpenAI's shape, and never a failure", async () => {
  await expectNoFailure(10_000);
}, 3_000_000);
