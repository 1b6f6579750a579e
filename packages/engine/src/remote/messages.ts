import type { DataType, Tensor } from "@sdtt/core";

/** What an engine and the worker that computes for it say to each other. The engine numbers sessions and blocks. */
export type Request =
  | {
      readonly kind: "compile";
      readonly session: number;
      readonly model: Uint8Array;
      readonly settings: object;
    }
  | {
      readonly kind: "run";
      readonly session: number;
      readonly inputs: readonly (readonly [name: string, Tensor | Block])[];
      /** null for an output that is to be returned. */
      readonly outputs: readonly (readonly [name: string, Block | null])[];
    }
  | { readonly kind: "release"; readonly session: number }
  | { readonly kind: "place"; readonly block: number; readonly tensor: Tensor }
  | { readonly kind: "read"; readonly block: Block }
  | { readonly kind: "write"; readonly block: Block; readonly tensor: Tensor }
  | { readonly kind: "forget"; readonly block: number }
  | { readonly kind: "close" };

/** The worker answers every request in order, and once unasked when it is ready. */
export type Answer = { readonly value: unknown } | { readonly error: string };

/** A part of the worker's memory. */
export interface Block {
  readonly block: number;
  readonly dtype: DataType;
  /** In elements. */
  readonly offset: number;
  readonly shape: readonly number[];
}

/** The memory that a message carries, to hand over instead of copying it: whoever sends arrays gives them away. */
export function buffersIn(message: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(message)) return [message.buffer as ArrayBuffer];
  if (typeof message !== "object" || message === null) return [];
  return Object.values(message).flatMap(buffersIn);
}
