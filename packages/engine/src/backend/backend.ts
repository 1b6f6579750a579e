import type { Tensor } from "@sdtt/core";
import type { Program } from "@sdtt/graph";
import type { Engine, LoadOptions } from "../engine.ts";

/**
 * What one way to ONNX Runtime has to bring. `engineOn` makes an engine of it, with everything that all engines have in
 * common: the order of calls, the checks and the ownership. A backend is therefore called with what is known to be
 * right, one call at a time, and never after its release.
 *
 * `Block` is whatever names a piece of memory where the backend computes.
 */
export interface Backend<Block> extends Pick<Engine, "name" | "device" | "openFiles" | "traits"> {
  readonly memory: Memory<Block>;
  /** Whether it compiles several programs at once, also beside other calls. It is not asked to unless it says so. */
  readonly compilesBeside?: boolean;
  compile(program: Program, options: CompileOptions): Promise<Executable<Block>>;
  close(): void | Promise<void>;
}

/** What is asked of a program, and what the processor needs to be told. */
export interface CompileOptions extends Required<LoadOptions> {
  /** Has bytes multiplied by int8 exactly where the processor does not by itself, at the price of speed. */
  readonly exactBytes: boolean;
}

export interface Memory<Block> {
  /** Copies a tensor into a new block. */
  place(tensor: Tensor): Block | Promise<Block>;
  /** A new block of zeros. */
  allocate(type: Pick<Tensor, "dtype" | "shape">): Block | Promise<Block>;
  read(block: Block): Tensor | Promise<Tensor>;
  write(block: Block, tensor: Tensor): void | Promise<void>;
  /** The part of a block that starts at element `offset` and has the given shape. */
  window(block: Block, offset: number, shape: readonly number[]): Block;
  release(block: Block): void | Promise<void>;
}

export interface Executable<Block> {
  /**
   * @param signal - ends a run under way early where the backend can; it then throws.
   * @returns the outputs without a target, by name.
   */
  run(
    inputs: readonly Input<Block>[],
    outputs: readonly Output<Block>[],
    signal?: AbortSignal,
  ): Promise<Record<string, Tensor>>;
  release(): void | Promise<void>;
}

/** The inputs of a run come in the program's order, each from one of two places. */
export type Input<Block> = { readonly tensor: Tensor } | { readonly block: Block };

export interface Output<Block> {
  readonly name: string;
  /** The block to write it into; absent to have it returned. */
  readonly target?: Block;
}
