import { elementCount } from "@sdtt/core";
import type { ParameterSpec } from "@sdtt/models";
import type { ResidentTensor, ResidentWeights } from "@sdtt/runtime";
import { tensor } from "@sdtt/core";

/** Where each parameter lies in one flat array. Weights, moments, average and gradients share one layout. */
export interface FlatLayout {
  readonly length: number;
  readonly slots: ReadonlyMap<string, FlatSlot>;
}

interface FlatSlot {
  /** In elements. */
  readonly offset: number;
  readonly shape: readonly number[];
}

/** Parameters one after another, in their order. */
export function flatLayout(parameters: readonly ParameterSpec[]): FlatLayout {
  const slots = new Map<string, FlatSlot>();
  let offset = 0;
  for (const { name, shape } of parameters) {
    slots.set(name, { offset, shape });
    offset += elementCount(shape);
  }
  return { length: offset, slots };
}

/** A flat array cut into windows of at most `size` elements. */
export function flatWindows(length: number, size: number): { offset: number; count: number }[] {
  const windows: { offset: number; count: number }[] = [];
  for (let offset = 0; offset < length; offset += size) {
    windows.push({ offset, count: Math.min(size, length - offset) });
  }
  return windows;
}

/** The parameters of a flat array by name: windows on it. */
export function viewsOf({ slots }: FlatLayout, flat: ResidentTensor): ResidentWeights {
  return {
    residents: new Map([...slots].map(([name, { offset, shape }]) => [name, flat.view(offset, shape)])),
  };
}

/** Writes the parameters into a flat array in the engine. */
export type Fill = (flat: ResidentTensor) => Promise<void>;

/** Fills with values that are at hand, `[layout.length]`. */
export function fillWith(values: Float32Array): Fill {
  return (flat) => flat.write(tensor("float32", [values.length], values));
}
