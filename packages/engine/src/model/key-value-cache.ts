import { tensorFromBytes } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { attentionType } from "@sdtt/models";
import type { CausalConfig } from "@sdtt/models";
import type { Engine, ResidentTensor } from "../engine.ts";
import type { Precision } from "./precision.ts";

export interface CacheOptions extends Precision {
  readonly engine: Engine;
  readonly config: CausalConfig;
  /** Texts that are generated together. */
  readonly batch: number;
  /** Positions that each of them may get. */
  readonly capacity: number;
}

/** The keys and values of texts that grow, where the engine computes. */
export interface KeyValueCache extends AsyncDisposable {
  /** Positions held. */
  readonly length: number;
  /** What `causalStepProgram` reads and where it writes as `count` positions are added. */
  grow(count: number): {
    readonly past: Readonly<Record<string, Tensor | ResidentTensor>>;
    readonly present: Readonly<Record<string, ResidentTensor>>;
  };
}

/** Of every tensor there are two that take turns: what one step writes is what the next one reads. */
export async function createKeyValueCache(options: CacheOptions): Promise<KeyValueCache> {
  const { engine, batch, capacity } = options;
  const dtype = attentionType(options.dtype);
  const { blockCount, headCount, hiddenSize } = options.config;
  const shapeOf = (length: number) => [batch, headCount, length, hiddenSize / headCount];
  const empty = tensorFromBytes(dtype, shapeOf(0), new Uint8Array(0));
  const slots = Array.from({ length: blockCount }, (_, i) => [`${i}.keys`, `${i}.values`]).flat();
  const residents = await allocateAll(engine, 2 * slots.length, { dtype, shape: shapeOf(capacity) });
  let [length, turn] = [0, 0];

  return {
    get length() {
      return length;
    },
    grow(count) {
      const [from, to] = [turn, 1 - turn].map((side) => residents.tensors.slice(side * slots.length)) as [
        ResidentTensor[],
        ResidentTensor[],
      ];
      const held = length;
      length += count;
      turn = 1 - turn;
      const named = <T>(prefix: string, make: (slot: number) => T) =>
        Object.fromEntries(slots.map((slot, i) => [`${prefix}.${slot}`, make(i)]));
      return {
        past: named("past", (i) => (held === 0 ? empty : from[i]!.view(0, shapeOf(held)))),
        present: named("present", (i) => to[i]!.view(0, shapeOf(length))),
      };
    },
    [Symbol.asyncDispose]: () => residents[Symbol.asyncDispose](),
  };
}

interface Residents extends AsyncDisposable {
  readonly tensors: readonly ResidentTensor[];
}

async function allocateAll(
  engine: Engine,
  count: number,
  type: Pick<Tensor, "dtype" | "shape">,
): Promise<Residents> {
  const tensors: ResidentTensor[] = [];
  const release = async (): Promise<void> => {
    for (const resident of tensors) await resident[Symbol.asyncDispose]();
  };
  try {
    while (tensors.length < count) tensors.push(await engine.allocate(type));
  } catch (error) {
    await release();
    throw error;
  }
  return { tensors, [Symbol.asyncDispose]: release };
}
