import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { diagnose } from "@sdtt/runtime";

/** What a measurement depends on besides the code, without the names of hosts or people. */
export async function describeMachine(): Promise<string> {
  const { versions, library, platform, processor, memory } = await diagnose();
  return [
    ...(await nvidiaGpus()),
    `${processor.model} (${processor.features.join(" ")})`,
    `${processor.threads} threads`,
    `${Math.round(memory.total / 2 ** 30)} GiB`,
    platform,
    `Node ${versions.node}`,
    `ONNX Runtime ${library.version}`,
  ].join(", ");
}

/** Names, memory and driver of the GPUs, as NVIDIA's own tool tells them; none where there is no such tool. */
async function nvidiaGpus(): Promise<string[]> {
  const query = ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"];
  const answer = await promisify(execFile)("nvidia-smi", query).catch(() => undefined);
  return answer?.stdout.trim().split("\n") ?? [];
}
