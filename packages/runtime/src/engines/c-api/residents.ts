import { SdttError, type Tensor } from "@sdtt/core";
import type { ResidentTensor } from "../../engine.ts";
import type { Queue } from "../queue.ts";
import { checkReplacement, checkTensor, windowOn } from "../tensors.ts";

/** The resident tensors of an engine on the CPU: where it computes is ordinary memory, so each is an array. */
export interface Residents {
  place(tensor: Tensor): ResidentTensor;
  /** The memory itself. Throws `usage` for a tensor of another engine and for one that was disposed. */
  elementsOf(resident: ResidentTensor): Tensor;
}

export function createResidents(queue: Queue): Residents {
  const memory = new WeakMap<ResidentTensor, () => Tensor>();

  const present = (elements: () => Tensor, release: () => void): ResidentTensor => {
    const { dtype, shape } = elements();
    const resident: ResidentTensor = {
      dtype,
      shape,
      read: () => queue(() => copyOf(elements())),
      write: (tensor) =>
        queue(() => {
          checkReplacement(resident, tensor);
          elements().data.set(tensor.data as never);
        }),
      view: (offset, size) =>
        present(
          () => windowOn(elements(), offset, size),
          () => {},
        ),
      [Symbol.asyncDispose]: () => queue(release),
    };
    memory.set(resident, elements);
    return resident;
  };

  return {
    place: (tensor) => {
      checkTensor("Tensor to place", tensor);
      let elements: Tensor | undefined = copyOf(tensor);
      const living = (): Tensor => {
        if (!elements) throw new SdttError("usage", "This resident tensor was disposed.");
        return elements;
      };
      return present(living, () => {
        elements = undefined;
      });
    },
    elementsOf: (resident) => {
      const elements = memory.get(resident);
      if (!elements)
        throw new SdttError("usage", "A resident tensor works only in the engine that placed it.");
      return elements();
    },
  };
}

function copyOf(tensor: Tensor): Tensor {
  return { ...tensor, data: tensor.data.slice() };
}
