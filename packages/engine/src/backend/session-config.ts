import type { Program } from "@sdtt/graph";
import type { CompileOptions } from "./backend.ts";

/** ONNX Runtime's configuration entries of a session (`onnxruntime_session_options_config_keys.h`), without `session.`. */
export function sessionConfig(
  { weightsFolder }: Program,
  { prepack, widenInRuns, exactBytes }: CompileOptions,
): Record<string, string> {
  return {
    // A thread that spins on after a run takes a core from whatever runs next.
    force_spinning_stop: "1",
    // Weights in int8 are widened once, as a constant: for a network of quantised tensors they would be left as they are.
    ...(widenInRuns ? {} : { disable_quant_qdq: "1" }),
    // Multiplies bytes by bytes.
    ...(exactBytes ? { x64quantprecision: "1" } : {}),
    ...(prepack ? {} : { disable_prepacking: "1" }),
    ...(weightsFolder === undefined ? {} : { model_external_initializers_file_folder_path: weightsFolder }),
  };
}
