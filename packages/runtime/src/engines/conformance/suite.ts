import { afterAll, beforeAll, describe } from "vitest";
import type { Engine } from "../../engine.ts";
import { testFailures } from "./failures.ts";
import { testOrder } from "./order.ts";
import { testResidents } from "./residents.ts";
import { testRuns } from "./runs.ts";

/** What every engine must do alike. `open` makes a new one. */
export function engineConformance(open: () => Promise<Engine>): void {
  let opened: Engine;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened[Symbol.asyncDispose]());
  const engine = () => opened;

  describe("runs", () => {
    testRuns(engine);
  });
  describe("residents", () => {
    testResidents(engine);
  });
  describe("failures", () => {
    testFailures(engine);
  });
  describe("order", () => {
    testOrder(engine, open);
  });
}
