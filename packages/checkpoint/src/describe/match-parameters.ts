import { modelParameters, scaleName } from "@sdtt/models";
import type { ModelDescription, ParameterSpec } from "@sdtt/models";
import { listed, quoted } from "../names-in-messages.ts";
import type { StoredTensor } from "../tensor-file.ts";
import { rotaryBuffer } from "./model-sizes.ts";

type TensorType = Pick<StoredTensor, "dtype" | "shape">;

const weightTypes: readonly string[] = ["float32", "float16", "bfloat16"];

/**
 * Holds tensors, by canonical name, against the parameters that a model of these sizes has: all of them and no others but
 * the rotary frequencies. A matrix `[rows, columns]` in int8 has a scale `[rows, 1]` beside it.
 *
 * @returns what is missing, unknown, misshapen or of a type that no weight has, in words; nothing if all is well.
 */
export function matchParameters(tensors: ReadonlyMap<string, TensorType>, model: ModelDescription): string[] {
  const parameters = modelParameters(model);
  const { config } = model;
  const scales = parameters
    .filter(({ name, shape }) => tensors.get(name)?.dtype === "int8" && shape.length === 2)
    .map(({ name, shape }) => ({ name: scaleName(name), shape: [shape[0]!, 1] }));
  const rotary = { name: rotaryBuffer, shape: [config.hiddenSize / config.headCount / 2] };
  const specs = [...parameters, ...scales, ...(model.family === "gpt2" ? [] : [rotary])];
  const scaled = new Set(scales.map(({ name }) => name));
  const isWeight = (name: string, dtype: string) =>
    weightTypes.includes(dtype) || (dtype === "int8" && scaled.has(scaleName(name)));
  const known = new Set(specs.map(({ name }) => name));
  const found = specs.flatMap((spec) => {
    const tensor = tensors.get(spec.name);
    return tensor ? [{ ...spec, tensor }] : [];
  });
  return [
    ...problem("missing", namesOf([...parameters, ...scales].filter(({ name }) => !tensors.has(name)))),
    ...problem("unknown", [...tensors.keys()].filter((name) => !known.has(name)).map(quoted)),
    ...problem(
      "misshapen",
      found
        .filter(({ shape, tensor }) => tensor.shape.join() !== shape.join())
        .map(
          ({ name, shape, tensor }) => `${name} [${tensor.shape.join(", ")}], expected [${shape.join(", ")}]`,
        ),
    ),
    ...problem(
      `not ${weightTypes.join(", ")}, or int8 of a matrix`,
      found
        .filter(({ name, tensor }) => !isWeight(name, tensor.dtype))
        .map(({ name, tensor }) => `${name} ${tensor.dtype}`),
    ),
  ];
}

function namesOf(specs: readonly ParameterSpec[]): string[] {
  return specs.map(({ name }) => name);
}

function problem(kind: string, items: readonly string[]): string[] {
  return items.length > 0 ? [`${items.length} ${kind} (${listed(items)})`] : [];
}
