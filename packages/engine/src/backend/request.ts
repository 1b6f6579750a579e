import { SdttError, type Tensor } from "@sdtt/core";
import type { ProgramValue } from "@sdtt/graph";
import type { ProgramTypes, ResidentTensor, RunRequest } from "../engine.ts";
import { checkTensor, describe } from "./tensors.ts";

/** A request that agrees with its program, in the program's order. */
export interface CheckedRequest {
  readonly inputs: readonly (Tensor | ResidentTensor)[];
  readonly outputs: readonly { readonly name: string; readonly into: ResidentTensor | undefined }[];
}

/**
 * Holds a request against its program, before native code sees a byte of it: ONNX Runtime accepts some wrong sizes in
 * silence and describes others without saying which input it means.
 *
 * @throws SdttError `usage` that names the input or output, what was expected and what was given.
 */
export function checkRequest(program: ProgramTypes, request: RunRequest): CheckedRequest {
  const { feeds, into = {}, outputs = program.outputs.map(({ name }) => name) } = request;
  refuseUnknown("input", Object.keys(feeds), program.inputs);
  refuseUnknown("output", [...outputs, ...Object.keys(into)], program.outputs);

  const sizes: NamedSizes = new Map();
  const inputs = program.inputs.map((input) => {
    const feed = feeds[input.name];
    if (!feed) throw new SdttError("usage", `Input "${input.name}" is missing: expected ${describe(input)}.`);
    checkValue("Input", input, feed, sizes);
    return feed;
  });
  const wanted = new Set([...outputs, ...Object.keys(into)]);
  return {
    inputs,
    outputs: program.outputs
      .filter(({ name }) => wanted.has(name))
      .map((output) => {
        const target = into[output.name];
        if (target) checkValue("Output", output, target, sizes);
        return { name: output.name, into: target };
      }),
  };
}

/** The size that each named dimension has in this run, and the value that gave it. */
type NamedSizes = Map<string, { size: number; from: string }>;

function checkValue(
  kind: "Input" | "Output",
  expected: ProgramValue,
  given: Tensor | ResidentTensor,
  sizes: NamedSizes,
): void {
  const what = `${kind} "${expected.name}"`;
  if ("data" in given) checkTensor(what, given);
  const fits =
    given.dtype === expected.dtype &&
    given.shape.length === expected.shape.length &&
    expected.shape.every((size, axis) => typeof size === "string" || size === given.shape[axis]);
  if (!fits) {
    throw new SdttError("usage", `${what}: expected ${describe(expected)}, got ${describe(given)}.`);
  }
  for (const [axis, name] of expected.shape.entries()) {
    if (typeof name === "number") continue;
    const size = given.shape[axis]!;
    const known = sizes.get(name);
    if (known && known.size !== size) {
      throw new SdttError(
        "usage",
        `${what}: expected ${describe(expected)} with ${name} = ${known.size} as in ${known.from}, got ${describe(given)}.`,
      );
    }
    sizes.set(name, known ?? { size, from: what.toLowerCase() });
  }
}

function refuseUnknown(kind: string, names: readonly string[], known: readonly ProgramValue[]): void {
  const knownNames = new Set(known.map(({ name }) => name));
  const unknown = names.filter((name) => !knownNames.has(name));
  if (unknown.length === 0) return;
  const has = known.map((value) => `"${value.name}"`).join(", ");
  throw new SdttError("usage", `The program has no ${kind} "${unknown.join('", "')}"; it has ${has}.`);
}
