import type { Program } from "@sdtt/graph";
import type { LoadOptions } from "../engine.ts";

/** ONNX Runtime's configuration entries of a session (`onnxruntime_session_options_config_keys.h`), without `session.`. */
export function sessionConfig(
  { weightsFolder }: Program,
  { prepack, widenInRuns }: Required<LoadOptions>,
): Record<string, string> {
  return {
    // A thread that spins on after a run takes a core from whatever runs next.
    force_spinning_stop: "1",
    ...(widenInRuns ? {} : int8Config),
    ...(prepack ? {} : { disable_prepacking: "1" }),
    ...(weightsFolder === undefined ? {} : { model_external_initializers_file_folder_path: weightsFolder }),
  };
}

const int8Config = {
  // Without VNNI, x86 multiplies bytes by int8 in sums of 16 bits, which saturate; as two bytes it does not. Where weights are
  // widened in runs, ONNX Runtime 1.30 would move them to bytes with a zero point that its own kernel refuses.
  x64quantprecision: "1",
  // Weights in int8 are widened once, as a constant: for a network of quantised tensors they would be left as they are.
  disable_quant_qdq: "1",
};
