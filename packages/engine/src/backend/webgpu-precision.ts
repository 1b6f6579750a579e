import onnxProto from "onnx-proto";
import type { Program } from "@sdtt/graph";

/** WGSL promises no precision for these outside [-pi, pi]; the angles of positions go far beyond. */
const imprecise = new Set(["Cos", "Sin"]);

/**
 * The nodes of a program that WebGPU must leave to the CPU, by name: tables of angles, a few thousand numbers. Left to a
 * shader they move the hidden rows of 64 positions by up to 0.1, on the CPU by 4e-6. None of a model that cannot be read,
 * which is for the runtime to refuse.
 */
export function webgpuNodesOnCpu({ model }: Program): string[] {
  return nodesOf(model).flatMap(({ opType, name }) => (imprecise.has(opType ?? "") && name ? [name] : []));
}

function nodesOf(model: Uint8Array) {
  try {
    return onnxProto.onnx.ModelProto.decode(model).graph?.node ?? [];
  } catch {
    return [];
  }
}
