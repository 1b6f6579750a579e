import type { Tensor } from "@sdtt/core";
import type { Program } from "@sdtt/graph";
import type { LoadOptions } from "../../engine.ts";
import type { Executable, Input, Output } from "../backend.ts";
import type { Handle } from "./functions.ts";
import type { Library } from "./library.ts";
import { createSession, type Context } from "./session.ts";
import { readValue, wrapTensor } from "./values.ts";

/** A program, compiled. Its blocks are arrays in ordinary memory. */
export async function compile(
  context: Context,
  program: Program,
  options: Required<LoadOptions>,
): Promise<Executable<Tensor>> {
  const session = await createSession(context, program, options);
  const names = cStrings(
    context.library,
    [...program.inputs, ...program.outputs].map(({ name }) => name),
  );
  return {
    run: (inputs, outputs) => run(context, session, program, names, inputs, outputs),
    release: () => context.library.api.ReleaseSession(session),
  };
}

async function run(
  { library, memoryInfo }: Context,
  session: Handle,
  program: Program,
  names: ReadonlyMap<string, CString>,
  inputs: readonly Input<Tensor>[],
  outputs: readonly Output<Tensor>[],
): Promise<Record<string, Tensor>> {
  const { api } = library;
  const inputNames = BigUint64Array.from(program.inputs, ({ name }) => names.get(name)!.address);
  const outputNames = BigUint64Array.from(outputs, ({ name }) => names.get(name)!.address);
  const feeds = inputs.map((input) => ("tensor" in input ? input.tensor : input.block));
  const inputValues = new BigUint64Array(inputs.length);
  const outputValues = new BigUint64Array(outputs.length);
  try {
    for (const [i, feed] of feeds.entries()) inputValues[i] = wrapTensor(library, memoryInfo, feed);
    for (const [i, { target }] of outputs.entries()) {
      if (target) outputValues[i] = wrapTensor(library, memoryInfo, target);
    }
    const { length } = outputs;
    await api.Run.async(
      [session, null, inputNames, inputValues, feeds.length, outputNames, length, outputValues],
      { names, feeds, outputs },
    );
    const results: Record<string, Tensor> = {};
    for (const [i, { name, target }] of outputs.entries()) {
      if (!target) results[name] = readValue(library, outputValues[i]!);
    }
    return results;
  } finally {
    for (const value of [...inputValues, ...outputValues]) api.ReleaseValue(value);
  }
}

/** A zero-terminated string and where it lies. */
interface CString {
  readonly address: Handle;
  readonly bytes: Buffer;
}

function cStrings({ address }: Library, texts: readonly string[]): ReadonlyMap<string, CString> {
  return new Map(
    texts.map((text) => {
      const bytes = Buffer.from(`${text}\0`);
      return [text, { address: address(bytes), bytes }];
    }),
  );
}
