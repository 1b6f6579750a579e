import type { Tensor } from "@sdtt/core";
import type { CompileOptions, Executable, Input, Output } from "@sdtt/engine";
import type { Program } from "@sdtt/graph";
import { cString, type CString } from "./c-strings.ts";
import type { Handle } from "./functions.ts";
import type { NativeMemory } from "./native-memory.ts";
import { openRunOptions } from "./run-options.ts";
import { createSession, type Context } from "./session.ts";
import { readValue, wrapTensor } from "./values.ts";

/** A program, compiled, whose blocks are those of `memory`. */
export async function compile<Block>(
  context: Context,
  memory: NativeMemory<Block>,
  program: Program,
  options: CompileOptions,
): Promise<Executable<Block>> {
  const { library } = context;
  const session = await createSession(context, program, options);
  const { inputs: declared } = program;
  const names = new Map(
    [...program.inputs, ...program.outputs].map(({ name }) => [name, cString(library, name)]),
  );
  return {
    run: (inputs, outputs, signal) =>
      run({ context, memory, session, declared, names }, inputs, outputs, signal),
    release: () => library.api.ReleaseSession(session),
  };
}

interface Compiled<Block> {
  readonly context: Context;
  readonly memory: NativeMemory<Block>;
  readonly session: Handle;
  /** The inputs of its program. */
  readonly declared: Program["inputs"];
  readonly names: ReadonlyMap<string, CString>;
}

/**
 * One run over OrtValues that say where they lie: ONNX Runtime copies an input only if it lies elsewhere than its program
 * computes, and writes a target in place. That is all that its IoBinding adds to a run; outputs without a target come to
 * ordinary memory.
 */
async function run<Block>(
  { context, memory, session, declared, names }: Compiled<Block>,
  inputs: readonly Input<Block>[],
  outputs: readonly Output<Block>[],
  signal: AbortSignal | undefined,
): Promise<Record<string, Tensor>> {
  const { library, memoryInfo } = context;
  const { api } = library;
  const inputNames = BigUint64Array.from(declared, ({ name }) => names.get(name)!.address);
  const outputNames = BigUint64Array.from(outputs, ({ name }) => names.get(name)!.address);
  const inputValues = new BigUint64Array(inputs.length);
  const outputValues = new BigUint64Array(outputs.length);
  using options = openRunOptions(api, signal);
  try {
    for (const [i, input] of inputs.entries()) {
      inputValues[i] =
        "tensor" in input ? wrapTensor(library, memoryInfo, input.tensor) : memory.wrap(input.block);
    }
    for (const [i, { target }] of outputs.entries()) {
      if (target !== undefined) outputValues[i] = memory.wrap(target);
    }
    await api.Run.async(
      [
        session,
        options.handle,
        inputNames,
        inputValues,
        inputs.length,
        outputNames,
        outputs.length,
        outputValues,
      ],
      { names, inputs, outputs },
    );
    const results: Record<string, Tensor> = {};
    for (const [i, { name, target }] of outputs.entries()) {
      if (target === undefined) results[name] = readValue(library, outputValues[i]!);
    }
    return results;
  } finally {
    for (const value of [...inputValues, ...outputValues]) api.ReleaseValue(value);
  }
}
