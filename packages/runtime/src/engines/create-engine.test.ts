import { expect, test } from "vitest";
import { createEngine } from "./create-engine.ts";

test("the C API is taken where it can be had", async () => {
  await using engine = await createEngine();
  expect([engine.name, engine.device]).toEqual(["c-api", "cpu"]);
});

test.each([0, 1.5, Number.NaN])("%d threads are refused", async (threads) => {
  await expect(createEngine({ threads })).rejects.toMatchObject({
    code: "usage",
    message: `Threads: expected a whole number from 1, got ${threads}.`,
  });
});

test.each(["cuda", "webgpu"] as const)(
  "%s is refused with a reason, never replaced in silence",
  async (device) => {
    await expect(createEngine({ device })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(`The device ${device} is not available: `),
    });
  },
);
