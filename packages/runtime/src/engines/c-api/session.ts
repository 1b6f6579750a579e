import { SdttError, throwIfAborted, type Tensor } from "@sdtt/core";
import type { Program } from "@sdtt/graph";
import type { LoadOptions, ResidentTensor, Session } from "../../engine.ts";
import { checkRequest, type CheckedRequest } from "../request.ts";
import type { Context } from "./context.ts";
import { create, type Handle } from "./functions.ts";
import { readValue, wrapTensor } from "./values.ts";

const optimizationLevels = { none: 0, basic: 1, extended: 2, all: 99 } as const;

export async function createSession(
  context: Context,
  program: Program,
  options: LoadOptions,
): Promise<Session> {
  const { api, queue } = context;
  const handle = await compile(context, program, options);
  const names = cStrings(
    context,
    [...program.inputs, ...program.outputs].map(({ name }) => name),
  );
  let open = true;

  return {
    program,
    run: (request) =>
      queue(async () => {
        throwIfAborted(request.signal);
        if (!open) throw new SdttError("usage", "This session was disposed: load the program again.");
        return execute(context, handle, names, program, checkRequest(program, request));
      }),
    [Symbol.asyncDispose]: () =>
      queue(() => {
        if (open) api.ReleaseSession(handle);
        open = false;
      }),
  };
}

async function compile(
  { api, environment, threads }: Context,
  { model, weightsFolder }: Program,
  { optimization = "all", prepack = true }: LoadOptions,
): Promise<Handle> {
  const options = create(api.CreateSessionOptions);
  try {
    api.SetSessionGraphOptimizationLevel(options, optimizationLevels[optimization]);
    api.SetIntraOpNumThreads(options, threads);
    // A pattern plans one block for the largest shapes seen and keeps it: more memory, and no faster.
    api.DisableMemPattern(options);
    // A thread that spins after a run takes a core from whatever runs next.
    api.AddSessionConfigEntry(options, "session.force_spinning_stop", "1");
    if (!prepack) api.AddSessionConfigEntry(options, "session.disable_prepacking", "1");
    if (weightsFolder !== undefined) {
      api.AddSessionConfigEntry(
        options,
        "session.model_external_initializers_file_folder_path",
        weightsFolder,
      );
    }
    const session = new BigUint64Array(1);
    await api.CreateSessionFromArray.async([environment, model, model.byteLength, options, session]);
    return session[0]!;
  } finally {
    api.ReleaseSessionOptions(options);
  }
}

async function execute(
  context: Context,
  session: Handle,
  names: ReadonlyMap<string, Handle>,
  program: Program,
  { inputs, outputs }: CheckedRequest,
): Promise<Record<string, Tensor>> {
  const { api, memoryInfo, library } = context;
  const inputNames = BigUint64Array.from(program.inputs, ({ name }) => names.get(name)!);
  const outputNames = BigUint64Array.from(outputs, ({ name }) => names.get(name)!);
  const inputTensors = inputs.map((input) => elementsOf(context, input));
  const outputTensors = outputs.map(({ into }) => into && elementsOf(context, into));
  const inputValues = new BigUint64Array(inputs.length);
  const outputValues = new BigUint64Array(outputs.length);
  try {
    for (const [i, tensor] of inputTensors.entries())
      inputValues[i] = wrapTensor(library, memoryInfo, tensor);
    for (const [i, tensor] of outputTensors.entries()) {
      if (tensor) outputValues[i] = wrapTensor(library, memoryInfo, tensor);
    }
    await api.Run.async(
      [session, null, inputNames, inputValues, inputs.length, outputNames, outputs.length, outputValues],
      { names, inputTensors, outputTensors },
    );
    const results: Record<string, Tensor> = {};
    for (const [i, { name, into }] of outputs.entries()) {
      if (!into) results[name] = readValue(library, outputValues[i]!);
    }
    return results;
  } finally {
    for (const value of [...inputValues, ...outputValues]) api.ReleaseValue(value);
  }
}

function elementsOf({ residents }: Context, value: Tensor | ResidentTensor): Tensor {
  return "data" in value ? value : residents.elementsOf(value);
}

/** Zero-terminated copies that live as long as the map, by their text. */
function cStrings(context: Context, texts: readonly string[]): ReadonlyMap<string, Handle> {
  const bytes = texts.map((text) => Buffer.from(`${text}\0`));
  const addresses = new Map(texts.map((text, i) => [text, context.library.address(bytes[i]!)]));
  return Object.assign(addresses, { bytes });
}
