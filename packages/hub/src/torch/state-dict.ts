import { SdttError } from "@sdtt/core";
import type { WeightSet } from "../tensor-file.ts";
import { quoted } from "./malformed.ts";
import { isKind } from "./pickle/value.ts";
import type { PickleKey, PickleValue } from "./pickle/value.ts";
import type { TorchTensor } from "./tensor.ts";

/** One set of weights of a checkpoint, by the names of its state dict. */
export interface StateDict {
  readonly weightSet: WeightSet;
  readonly tensors: ReadonlyMap<string, TorchTensor>;
}

/** Tensors of a state dict that are no parameters: an average of the parameters leaves them out. */
const isBuffer = (name: string): boolean => /(^|\.)rotary_emb\.inv_freq$/.test(name);

/**
 * Finds the weights in the object of a checkpoint: a Lightning checkpoint has them under `state_dict` and their average
 * under `ema`, SEDD's training writes `model` and `ema`, and a `.bin` is a state dict itself.
 *
 * @param weightSet absent: the average where there is one, as the original samples from it.
 * @throws SdttError `checkpoint` if there are no weights, no average though one is asked for, or one that does not fit.
 */
export function findStateDict(root: PickleValue, path: string, weightSet?: WeightSet): StateDict {
  const raw = tensorsOf(entry(root, "state_dict") ?? entry(root, "model") ?? root);
  if (raw.size === 0) {
    throw new SdttError("checkpoint", `${path} holds no state dict: ${outline(root)}.`);
  }
  const shadow = entry(entry(root, "ema"), "shadow_params");
  if (weightSet === "raw" || (shadow === undefined && weightSet === undefined)) {
    return { weightSet: "raw", tensors: raw };
  }
  if (!Array.isArray(shadow)) {
    throw new SdttError("checkpoint", `${path} holds no EMA weights; ask for the raw ones.`);
  }
  return { weightSet: "ema", tensors: averaged(raw, shadow, path) };
}

/**
 * The state dict with its parameters replaced by their averages, which are a bare list in the order of the parameters.
 * What follows in the list belongs to modules outside the state dict.
 */
function averaged(
  raw: ReadonlyMap<string, TorchTensor>,
  shadow: readonly PickleValue[],
  path: string,
): ReadonlyMap<string, TorchTensor> {
  let next = 0;
  return new Map(
    Array.from(raw, ([name, tensor]) => {
      if (isBuffer(name)) return [name, tensor];
      const average = shadow[next++];
      if (!isKind(average, "tensor") || String(average.shape) !== String(tensor.shape)) {
        const found = isKind(average, "tensor") ? `is [${average.shape.join(", ")}]` : "is missing";
        throw new SdttError(
          "checkpoint",
          `The EMA weights of ${path} do not fit its parameters: number ${next - 1}, for ${quoted(name)} of shape [${tensor.shape.join(", ")}], ${found}. Ask for the raw weights.`,
        );
      }
      return [name, average];
    }),
  );
}

/** What a dict holds under a key; undefined if it is none. */
export function entry(value: PickleValue | undefined, key: PickleKey): PickleValue | undefined {
  return value instanceof Map ? value.get(key) : undefined;
}

/** The tensors among the values of a dict; some modules add state of other kinds. */
function tensorsOf(value: PickleValue): Map<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  if (!(value instanceof Map)) return tensors;
  for (const [name, tensor] of value) {
    if (typeof name === "string" && isKind(tensor, "tensor")) tensors.set(name, tensor);
  }
  return tensors;
}

function outline(root: PickleValue): string {
  if (!(root instanceof Map)) return "its object is no dict";
  const keys = [...root.keys()].slice(0, 10).map((key) => quoted(String(key)));
  return `its object is a dict of ${keys.join(", ")}${root.size > keys.length ? ", ..." : ""}`;
}
