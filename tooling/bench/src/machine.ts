import { diagnose } from "@sdtt/runtime";

/** What a measurement depends on besides the code, without the names of hosts or people. */
export async function describeMachine(): Promise<string> {
  const { versions, platform, processor, memory } = await diagnose();
  return [
    `${processor.model} (${processor.features.join(" ")})`,
    `${processor.threads} threads`,
    `${Math.round(memory.total / 2 ** 30)} GiB`,
    platform,
    `Node ${versions.node}`,
    `onnxruntime-node ${versions["onnxruntime-node"]}`,
  ].join(", ");
}
