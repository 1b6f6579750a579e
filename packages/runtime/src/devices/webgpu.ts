import { SdttError } from "@sdtt/core";
import { webgpuNodesOnCpu } from "@sdtt/engine";
import { missingForWebgpu } from "../doctor/webgpu.ts";
import { supportForm, type DeviceSupport } from "./support.ts";

/** WebGPU, whose provider is part of onnxruntime-node's library. */
export const webgpu: DeviceSupport = {
  device: "webgpu",
  form: supportForm,
  provider: (gpu = {}) => {
    refuseGpuOptions("webgpu", gpu);
    return {
      device: "webgpu",
      deviceId: 0,
      options: {},
      optionsFor: (program) => {
        const nodes = webgpuNodesOnCpu(program);
        return nodes.length === 0 ? {} : { forceCpuNodeNames: nodes.join("\n") };
      },
      registration: { name: "WebGPU" },
      traits: { maxPositions: 4096, maxHeadRows: 64, computeTypes: ["float16", "float32"] },
    };
  },
  inspect: async () => ({ missing: await missingForWebgpu(), preload: [] }),
  explain: ({ message }) =>
    /WebGPU adapter|No supported adapters|Couldn't load Vulkan/i.test(message)
      ? {
          what: "no Vulkan device here has what WebGPU asks for (Mesa's software device before 23 has not)",
          remedy: "install a driver that has: vulkaninfo --summary lists the devices",
        }
      : undefined,
};

/** @throws SdttError `usage` for any option, on a device that has none. */
export function refuseGpuOptions(device: string, gpu: object): void {
  const given = Object.entries(gpu).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length === 0) return;
  throw new SdttError("usage", `The device ${device} takes no ${given.join(", ")}: leave it out.`);
}
