import { webgpuNodesOnCpu } from "@sdtt/engine";
import type { Program } from "@sdtt/graph";
import type { Provider } from "../provider.ts";
import { cString } from "./c-strings.ts";
import { create, type Handle } from "./functions.ts";
import type { Library } from "./library.ts";

/** Tells a session that is about to be made where to compute. What the provider has no kernel for stays on the CPU. */
export function appendProvider(
  library: Library,
  settings: Handle,
  { device, options }: Provider,
  program: Program,
): void {
  switch (device) {
    case "cuda":
      appendCuda(library, settings, options);
      return;
    case "webgpu":
      appendWebgpu(library, settings, { ...options, ...precisionOptions(program) });
      return;
  }
}

function appendCuda(library: Library, settings: Handle, options: Provider["options"]): void {
  const { api } = library;
  const cuda = create(api.CreateCUDAProviderOptions);
  try {
    const { keys, values, count } = stringPairs(library, options);
    api.UpdateCUDAProviderOptions(cuda, keys.addresses, values.addresses, count);
    api.SessionOptionsAppendExecutionProvider_CUDA_V2(settings, cuda);
  } finally {
    api.ReleaseCUDAProviderOptions(cuda);
  }
}

function appendWebgpu(library: Library, settings: Handle, options: Provider["options"]): void {
  const { keys, values, count } = stringPairs(library, options);
  library.api.SessionOptionsAppendExecutionProvider(
    settings,
    "WebGPU",
    keys.addresses,
    values.addresses,
    count,
  );
}

function precisionOptions(program: Program): Provider["options"] {
  const nodes = webgpuNodesOnCpu(program);
  return nodes.length === 0 ? {} : { forceCpuNodeNames: nodes.join("\n") };
}

/** Arrays of C strings; they live as long as what is returned. */
function stringPairs(library: Library, options: Provider["options"]) {
  const arrayOf = (texts: readonly string[]) => {
    const strings = texts.map((text) => cString(library, text));
    return { strings, addresses: BigUint64Array.from(strings, ({ address }) => address) };
  };
  const entries = Object.entries(options);
  return {
    keys: arrayOf(entries.map(([key]) => key)),
    values: arrayOf(entries.map(([, value]) => value)),
    count: entries.length,
  };
}
