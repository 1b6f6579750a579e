import { nodeEngineConformance } from "@sdtt/engine-conformance/node";
import { identity } from "@sdtt/engine-conformance/programs";
import { expect, test } from "vitest";
import { createEngine } from "../create-engine.ts";

const open = () => createEngine({ engine: "binding", threads: 2 });

nodeEngineConformance(open);

test("bfloat16, which onnxruntime-node has not, is refused with what to do", async () => {
  await using engine = await open();
  await expect(engine.load(identity("bfloat16"))).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringMatching(/no bfloat16 tensors, which "given" is: use the engine "c-api"/),
  });
});
