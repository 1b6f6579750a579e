import { describeOn, testDevice as device } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { diagnose } from "../../doctor/diagnose.ts";
import { nodeEngineConformance } from "@sdtt/engine-conformance/node";
import { createEngine } from "../create-engine.ts";

const { devices } = await diagnose();

describeOn(devices, device, () => {
  nodeEngineConformance(() => createEngine({ device, threads: 2 }));

  describe.skipIf(device === "cpu")("as a GPU", () => {
    test("auto takes it", async () => {
      await using engine = await createEngine({ device: "auto" });
      expect(engine.device).toBe(device);
    });

    test("a GPU that there is not is named", async () => {
      await expect(createEngine({ device, gpu: { deviceId: 99 } })).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringMatching(/no GPU 99/),
      });
    });

    test("what does not fit is out of memory, and the engine still works", async () => {
      await using engine = await createEngine({ device });
      const shape = [2 ** 40];
      await expect(engine.allocate({ dtype: "uint8", shape })).rejects.toMatchObject({
        code: "out-of-memory",
      });
      await using small = await engine.allocate({ dtype: "uint8", shape: [3] });
      expect((await small.read()).data).toEqual(new Uint8Array(3));
    });
  });
});
