import { SdttError } from "@sdtt/core";
import type { ComputeType } from "@sdtt/models";
import type { Engine } from "../engine.ts";

/** What a network computes in. */
export interface Precision {
  /**
   * The type of the matrix products and the attention inside the blocks; float32 if absent. Half types are made for GPUs,
   * int8 for CPUs: of the products alone, with weights quantised per output and activations per row. Norms, the residual
   * stream, logits and draws stay in float32.
   */
  readonly dtype?: ComputeType | undefined;
}

/** @throws SdttError `unavailable` for a type that the engine's device has no kernels for. */
export function checkPrecision({ device }: Pick<Engine, "device">, dtype: ComputeType = "float32"): void {
  if (dtype === "int8" && device !== "cpu") {
    throw new SdttError(
      "unavailable",
      `The device ${device} has no kernels for int8: use ${device === "cuda" ? "bfloat16 or float16" : "float16 or float32"} there, or the device cpu.`,
    );
  }
  if (dtype !== "bfloat16" || device === "cuda") return;
  throw new SdttError(
    "unavailable",
    `The device ${device} has no kernels for bfloat16: use float16 or float32 there, or the device cuda.`,
  );
}
