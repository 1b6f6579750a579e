import { constant, cosine, input, multiply, serialize } from "@sdtt/graph";
import { tensor } from "@sdtt/core";
import { expect, test } from "vitest";
import { webgpuNodesOnCpu } from "./webgpu-precision.ts";

test("angles are left to the CPU, by the names of their nodes, and nothing else is", () => {
  const x = input("x", "float32", ["n"]);
  const doubled = multiply(x, constant(tensor("float32", [], Float32Array.of(2))));
  expect(webgpuNodesOnCpu(serialize({ outputs: { y: cosine(doubled) } }))).toEqual([
    expect.stringMatching(/^Cos/),
  ]);
  expect(webgpuNodesOnCpu(serialize({ outputs: { y: doubled } }))).toEqual([]);
});

test("of a model that cannot be read there are none: ONNX Runtime refuses it", () => {
  expect(webgpuNodesOnCpu({ model: Uint8Array.of(1, 2, 3), inputs: [], outputs: [] })).toEqual([]);
});
