import type { Memory } from "@sdtt/engine";
import type { Handle } from "./functions.ts";

/** Memory whose blocks the C API can be given. */
export interface NativeMemory<Block> extends Memory<Block> {
  /** An OrtValue over a block; whoever asks for it releases it, and keeps the block alive until then. */
  wrap(block: Block): Handle;
  close(): void;
}
