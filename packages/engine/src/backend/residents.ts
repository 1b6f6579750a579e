import { SdttError, type Tensor } from "@sdtt/core";
import type { ResidentTensor } from "../engine.ts";
import type { Memory } from "./backend.ts";
import { checkReplacement, checkShape, checkTensor, checkWindow } from "./tensors.ts";
import type { Turns } from "./turns.ts";

/** The resident tensors of one engine. */
export interface Residents<Block> {
  place(tensor: Tensor): Promise<ResidentTensor>;
  allocate(type: Pick<Tensor, "dtype" | "shape">): Promise<ResidentTensor>;
  /** Where a resident lies. Throws `usage` for one of another engine and for one that was disposed. */
  blockOf(resident: ResidentTensor): Block;
}

export function createResidents<Block>(memory: Memory<Block>, turns: Turns): Residents<Block> {
  const blocks = new WeakMap<ResidentTensor, () => Block>();

  const present = (
    block: () => Block,
    { dtype, shape }: Pick<ResidentTensor, "dtype" | "shape">,
    dispose: () => Promise<void>,
  ): ResidentTensor => {
    const resident: ResidentTensor = {
      dtype,
      shape,
      read: () => turns.take(() => memory.read(block())),
      write: (tensor) =>
        turns.take(() => {
          checkReplacement(resident, tensor);
          return memory.write(block(), tensor);
        }),
      view: (offset, size) => {
        checkWindow(resident, offset, size);
        const window = () => memory.window(block(), offset, size);
        return present(window, { dtype, shape: size }, async () => {});
      },
      [Symbol.asyncDispose]: dispose,
    };
    blocks.set(resident, block);
    return resident;
  };

  const hold = (type: Pick<ResidentTensor, "dtype" | "shape">, block: Block): ResidentTensor => {
    let held: { block: Block } | undefined = { block };
    const blockOf = (): Block => {
      if (!held) throw new SdttError("usage", "This resident tensor was disposed: place it again.");
      return held.block;
    };
    const dispose = () =>
      turns.release(async () => {
        const last = held;
        held = undefined;
        if (last) await memory.release(last.block);
      });
    return present(blockOf, type, dispose);
  };

  return {
    place: (tensor) =>
      turns.take(async () => {
        checkTensor("Tensor to place", tensor);
        return hold(tensor, await memory.place(tensor));
      }),
    allocate: ({ dtype, shape }) =>
      turns.take(async () => {
        checkShape("Tensor to allocate", shape);
        return hold({ dtype, shape }, await memory.allocate({ dtype, shape }));
      }),
    blockOf: (resident) => {
      const block = blocks.get(resident);
      if (!block) throw new SdttError("usage", "A resident tensor works only in the engine that placed it.");
      return block();
    },
  };
}
