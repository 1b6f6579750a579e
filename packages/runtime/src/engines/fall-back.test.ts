import { expect, test, vi } from "vitest";
import { diagnose } from "../doctor/diagnose.ts";
import { createEngine } from "./create-engine.ts";

vi.mock("koffi", () => ({
  default: {
    config: () => {
      throw new Error("no prebuilt koffi for this platform");
    },
  },
}));

test("without koffi, auto takes the binding, c-api fails, and the doctor says why", async () => {
  const reason = "The C API of ONNX Runtime cannot be used: no prebuilt koffi for this platform.";
  await using engine = await createEngine();
  expect(engine.name).toBe("binding");
  await expect(createEngine({ engine: "c-api" })).rejects.toMatchObject({
    code: "unavailable",
    message: reason,
  });
  const { engines } = await diagnose();
  expect(engines).toEqual([
    {
      name: "c-api",
      available: false,
      missing: [{ what: reason, remedy: expect.stringContaining("koffi") }],
    },
    { name: "binding", available: true, missing: [] },
  ]);
});
