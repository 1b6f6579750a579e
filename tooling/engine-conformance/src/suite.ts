import type { Engine } from "@sdtt/engine";
import { afterAll, beforeAll, describe } from "vitest";
import { testFailures } from "./failures.ts";
import { testOrder } from "./order.ts";
import { testResidents } from "./residents.ts";
import { testRuns } from "./runs.ts";

/** What every engine must do alike, anywhere. `open` makes a new one; `more` adds tests of one kind of engines. */
export function engineConformance(open: () => Promise<Engine>, more?: (engine: () => Engine) => void): void {
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
  if (more) {
    describe("in its place", () => {
      more(engine);
    });
  }
}
