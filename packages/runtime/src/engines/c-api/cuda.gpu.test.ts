import { nodeEngineConformance } from "@sdtt/engine-conformance/node";
import { describeOn } from "@sdtt/testing";
import { expect, test } from "vitest";
import { diagnose } from "../../doctor/diagnose.ts";
import { createEngine } from "../create-engine.ts";

const { devices } = await diagnose();

describeOn(devices, "cuda", () => {
  nodeEngineConformance(() => createEngine({ device: "cuda", threads: 2 }));

  test("auto takes it", async () => {
    await using engine = await createEngine({ device: "auto" });
    expect(engine.device).toBe("cuda");
  });

  test("a GPU that there is not is named", async () => {
    await expect(createEngine({ device: "cuda", gpu: { deviceId: 99 } })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/no GPU 99/),
    });
  });

  test("what does not fit is out of memory, and the engine goes on", async () => {
    await using engine = await createEngine({ device: "cuda" });
    const shape = [2 ** 40];
    await expect(engine.allocate({ dtype: "uint8", shape })).rejects.toMatchObject({
      code: "out-of-memory",
    });
    await using small = await engine.allocate({ dtype: "uint8", shape: [3] });
    expect((await small.read()).data).toEqual(new Uint8Array(3));
  });
});
