import { SdttError } from "@sdtt/core";
import { isNoiseBound, withoutCompanions } from "../checkpoint/companions.ts";
import { rotaryBuffer } from "../checkpoint/model-sizes.ts";
import { listed, quoted } from "../names-in-messages.ts";
import type { WeightSet } from "../tensor-file.ts";
import { entry, isKind } from "./pickle/value.ts";
import type { PickleValue } from "./pickle/value.ts";
import type { TorchTensor } from "./tensor.ts";

/** Tensors by the names that the module they belong to gives them. */
export type StateDict = ReadonlyMap<string, TorchTensor>;

/**
 * Finds the weights in the object of a checkpoint: Lightning has them under `state_dict` and their moving average under
 * `ema`, SEDD's training under `model` and `ema`, and a `.bin` is a state dict itself. DiDi-Instruct keeps an average of
 * its student as a module of its own, `student_ema`, and samples from that one.
 *
 * @param weightSet absent: the average where there is one, as the original samples from it.
 * @throws SdttError `checkpoint` if there are no weights, no average though one is asked for, or one that does not fit.
 */
export function findStateDict(root: PickleValue, path: string, weightSet?: WeightSet): StateDict {
  const all = tensorsOf(entry(root, "state_dict") ?? entry(root, "model") ?? root);
  const { raw, studentAverage } = splitStudent(all);
  if (raw.size === 0) throw new SdttError("checkpoint", `${path} holds no state dict: ${outline(root)}.`);
  if (studentAverage && weightSet !== "raw") return studentAverage;
  const shadow = entry(entry(root, "ema"), "shadow_params");
  if (weightSet === "raw" || (shadow === undefined && weightSet === undefined)) return raw;
  if (!Array.isArray(shadow)) {
    throw new SdttError("checkpoint", `${path} holds no EMA weights; ask for the raw ones.`);
  }
  return averaged(raw, shadow, path);
}

/** The model that was trained and, if it is there, DiDi-Instruct's average of it under the same names. */
function splitStudent(all: StateDict): { raw: StateDict; studentAverage?: StateDict } {
  const prefix = "student_ema.";
  const pick = (names: readonly string[], rename = (name: string): string => name): StateDict =>
    new Map(names.map((name) => [rename(name), all.get(name)!]));
  const [averages, names] = [[], []] as [string[], string[]];
  for (const name of withoutCompanions(all.keys())) (name.startsWith(prefix) ? averages : names).push(name);
  if (averages.length === 0 || names.length === 0) return { raw: pick([...names, ...averages]) };
  return { raw: pick(names), studentAverage: pick(averages, (name) => name.replace(prefix, "backbone.")) };
}

/**
 * The state dict with its parameters replaced by their averages, a bare list in the order of the parameters. Buffers are
 * not in it. What follows at its end belongs to modules outside the state dict.
 */
function averaged(raw: StateDict, shadow: readonly PickleValue[], path: string): StateDict {
  let next = 0;
  return new Map(
    Array.from(raw, ([name, tensor]) => {
      const isBuffer = name === rotaryBuffer || name.endsWith(`.${rotaryBuffer}`) || isNoiseBound(name);
      if (isBuffer) return [name, tensor];
      const average = shadow[next++];
      if (isKind(average, "tensor") && String(average.shape) === String(tensor.shape)) return [name, average];
      const found = isKind(average, "tensor") ? `has shape [${average.shape.join(", ")}]` : "is missing";
      throw new SdttError(
        "checkpoint",
        `The EMA weights of ${path} do not fit its parameters: number ${next} of ${shadow.length}, for ${quoted(name)} of shape [${tensor.shape.join(", ")}], ${found}. Ask for the raw weights.`,
      );
    }),
  );
}

/** The tensors among the values of a dict; modules may add state of other kinds. */
function tensorsOf(value: PickleValue): StateDict {
  const tensors = new Map<string, TorchTensor>();
  if (!(value instanceof Map)) return tensors;
  for (const [name, tensor] of value) {
    if (typeof name === "string" && isKind(tensor, "tensor")) tensors.set(name, tensor);
  }
  return tensors;
}

function outline(root: PickleValue): string {
  if (!(root instanceof Map)) return "its object is no dict";
  return `its object is a dict of ${listed(Array.from(root.keys(), (key) => quoted(String(key)))) || "nothing"}`;
}
