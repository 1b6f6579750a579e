import { SdttError } from "@sdtt/core";
import type { ComputeType } from "@sdtt/models";
import type { Engine } from "../engine.ts";
import { traitsOf } from "./device-limits.ts";

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
export function checkPrecision(
  engine: Pick<Engine, "device" | "traits">,
  dtype: ComputeType = "float32",
): void {
  const { computeTypes } = traitsOf(engine);
  if (computeTypes.includes(dtype)) return;
  throw new SdttError(
    "unavailable",
    `The device ${engine.device} has no kernels for ${dtype}: use ${computeTypes.slice(0, 2).join(" or ")} there, or another device${dtype === "int8" ? ": cpu" : ""}.`,
  );
}
