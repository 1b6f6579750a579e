import { tensor } from "@sdtt/core";
import { nodeEngineConformance } from "@sdtt/engine-conformance/node";
import { identity } from "@sdtt/engine-conformance/programs";
import { describe, expect, test } from "vitest";
import { createEngine } from "../create-engine.ts";
import { openCApi } from "./backend.ts";

const open = () => createEngine({ engine: "c-api", threads: 2 });

describe("with residents in arrays", () => {
  nodeEngineConformance(open);
});

// As on a GPU, but for the provider: ONNX Runtime's allocator, addresses instead of arrays, copies through a session.
describe("with residents in the device's memory", () => {
  nodeEngineConformance(() => openCApi({ threads: 2, memory: "Cpu" }));
});

test("bfloat16 goes in and comes out unchanged", async () => {
  await using engine = await open();
  const session = await engine.load(identity("bfloat16"));
  const given = tensor("bfloat16", [2], Uint16Array.of(0x3f80, 0xc000));
  expect(await session.run({ feeds: { given } })).toEqual({ same: given });
});
