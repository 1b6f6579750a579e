import { isNoiseBound, listed, objectOf, quoted, rotaryBuffer, withoutCompanions } from "@sdtt/checkpoint";
import type { WeightSet } from "@sdtt/checkpoint";
import { SdttError } from "@sdtt/core";
import { entry, isKind } from "./pickle/value.ts";
import type { PickleKey, PickleValue } from "./pickle/value.ts";
import type { TorchTensor } from "./tensor.ts";

/** Tensors by the names that the module they belong to gives them. */
export type StateDict = ReadonlyMap<string, TorchTensor>;

/**
 * Finds the weights in the object of a checkpoint: Lightning has them under `state_dict` and their moving average under
 * `ema`, SEDD's training under `model` and `ema`, and a `.bin` is a state dict itself. DiDi-Instruct keeps an average of
 * its student as a module of its own, `student_ema`, and samples from that one.
 *
 * @param weightSet absent: the average where there is one, as the original samples from it.
 * @throws SdttError `checkpoint` if there are no weights, no average though one is asked for, or one that does not fit;
 *   `format` if the weights, or one of them, would have to be made by Python.
 */
export function findStateDict(root: PickleValue, path: string, weightSet?: WeightSet): StateDict {
  const key = ["state_dict", "model"].find((name) => entry(root, name) !== undefined);
  const all = tensorsOf(key === undefined ? root : entry(root, key)!, key ?? "its object", path);
  const { raw, studentAverage } = splitStudent(all);
  if (raw.size === 0) throw new SdttError("checkpoint", `${path} holds no state dict: ${outline(root)}.`);
  if (studentAverage && weightSet !== "raw") return studentAverage;
  const shadow = entry(entry(root, "ema"), "shadow_params");
  if (weightSet !== "raw") {
    refuseOpaque(entry(root, "ema"), "ema", path, "ask for the raw weights");
    refuseOpaque(shadow, "ema.shadow_params", path, "ask for the raw weights");
  }
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
      refuseOpaque(average, `ema.shadow_params[${next - 1}]`, path, "ask for the raw weights");
      if (isKind(average, "tensor") && String(average.shape) === String(tensor.shape)) return [name, average];
      const found = isKind(average, "tensor") ? `has shape [${average.shape.join(", ")}]` : "is missing";
      throw new SdttError(
        "checkpoint",
        `The EMA weights of ${path} do not fit its parameters: number ${next} of ${shadow.length}, for ${quoted(name)} of shape [${tensor.shape.join(", ")}], ${found}. Ask for the raw weights.`,
      );
    }),
  );
}

/** The tensors among the values of a dict; modules may add state of other kinds, but none that Python would make. */
function tensorsOf(value: PickleValue, where: string, path: string): StateDict {
  const tensors = new Map<string, TorchTensor>();
  const advice = "save the state dict alone, of tensors";
  refuseOpaque(value, where, path, advice);
  if (!(value instanceof Map)) return tensors;
  for (const [name, tensor] of value) {
    if (typeof name === "string") {
      refuseOpaque(tensor, `${where}[${quoted(name)}]`, path, advice);
      if (isKind(tensor, "tensor")) tensors.set(name, tensor);
    } else if (isKind(tensor, "tensor") && typeof name === "object" && name && "kind" in name) {
      refuseOpaque(name, `the name of a tensor of ${where}`, path, advice);
    }
  }
  return tensors;
}

/** Throws if a value that weights depend on is opaque. */
function refuseOpaque(value: PickleValue | undefined, where: string, path: string, advice: string): void {
  if (!isKind(value, "opaque")) return;
  throw new SdttError("format", `In ${path}, ${where} is ${objectOf(value.name)}. To load it, ${advice}.`);
}

function outline(root: PickleValue): string {
  if (!(root instanceof Map)) return "its object is no dict";
  return `its object is a dict of ${listed(Array.from(root.keys(), (key) => quoted(keyText(key)))) || "nothing"}`;
}

function keyText(key: PickleKey): string {
  return typeof key === "object" && key !== null ? "an object" : String(key);
}
