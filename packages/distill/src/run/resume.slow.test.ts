import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { afterAll, beforeAll, test } from "vitest";
import { expectSameAfterKills } from "../testing/killed-run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
});
afterAll(() => engine[Symbol.asyncDispose]());

test.each(["smallInverseDistillation", "smallConsistency"] as const)(
  "a run of another method that is killed again and again ends with the same bytes: %s",
  (name) => expectSameAfterKills(name, engine),
  300_000,
);
