import { elementCount, elementSize, isSdttError, nextTurn, tensorFromBytes } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { scaleName } from "@sdtt/graph";
import type { StoredNumbers, Weights } from "@sdtt/graph";
import type { ResidentWeights } from "./bound-session.ts";
import { assertFinite, findBroken, weightError } from "./broken-weight.ts";
import type { WeightFiles } from "../engine.ts";
import { openWeightFiles } from "./weight-files.ts";
import type { FileOpener } from "./weight-files.ts";

/** Whether the weights of a model are numbers. */
export interface WeightCheck extends AsyncDisposable {
  /**
   * Resolves when every weight is known to be finite: after the first time at once. Those of a model in training change
   * all the time and are left to `explain`.
   *
   * @throws SdttError `numeric` naming a weight that is not; `io` if a file cannot be read.
   */
  passed(): Promise<void>;
  /** The error to throw for one that came up as the model ran: the one of the weight that is behind it, if one is. */
  explain(error: unknown): Promise<unknown>;
}

/** Read at a time: a millisecond of work for the thread. */
const pieceBytes = 4 * 2 ** 20;

/**
 * Looks through all weights, beginning now, beside whatever loads and runs them. What a network makes of a broken weight
 * is no sure sign of it: an infinite weight of the head may only take a token's chance away.
 */
export function checkWeights(weights: Weights | ResidentWeights, opener: FileOpener): WeightCheck {
  if ("residents" in weights) return checkResidents(weights);
  const stop = new AbortController();
  const result = scan(weights, opener, stop.signal).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const passed = async (): Promise<void> => {
    const failure = await result;
    if (failure) throw failure.error;
  };
  return {
    passed,
    explain: (error) => explainBy(error, passed),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await result;
    },
  };
}

function checkResidents({ residents }: ResidentWeights): WeightCheck {
  const look = async (): Promise<void> => {
    for (const [name, resident] of residents) assertFinite(name, await resident.read());
  };
  return {
    passed: () => Promise.resolve(),
    explain: (error) => explainBy(error, look),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** ONNX Runtime's own failures may come of numbers that are not finite as well: an index that follows from NaN. */
async function explainBy(error: unknown, check: () => Promise<void>): Promise<unknown> {
  if (!isSdttError(error) || !["numeric", "runtime"].includes(error.code)) return error;
  return check().then(
    () => error,
    (found: unknown) => found,
  );
}

async function scan(weights: Weights, opener: FileOpener, signal: AbortSignal): Promise<void> {
  await using files = openWeightFiles(opener);
  // One for all weights: the garbage collector is in no hurry to free the memory of arrays.
  const buffer = new Uint8Array(pieceBytes);
  for (const [name, weight] of weights) {
    await scanNumbers(name, weight, { files, buffer }, signal);
    if (weight.scale) await scanNumbers(scaleName(name), weight.scale, { files, buffer }, signal);
  }
}

async function scanNumbers(
  name: string,
  { dtype, shape, source }: StoredNumbers,
  { files, buffer }: { files: WeightFiles; buffer: Uint8Array<ArrayBuffer> },
  signal: AbortSignal,
): Promise<void> {
  // Whole numbers are always finite.
  if (dtype === "int8") return;
  const width = elementSize(dtype);
  const total = elementCount(shape);
  const atOnce = pieceBytes / width;
  for (let first = 0; first < total && !signal.aborted; first += atOnce) {
    const count = Math.min(atOnce, total - first);
    let piece: Tensor["data"];
    if ("location" in source) {
      const { path, offset } = source.location;
      const bytes = buffer.subarray(0, count * width);
      await files.read(path, offset + first * width, bytes);
      piece = tensorFromBytes(dtype, [count], bytes).data;
    } else {
      await nextTurn();
      piece = source.tensor.data.subarray(first, first + count) as Tensor["data"];
    }
    const broken = findBroken(name, dtype, piece);
    if (broken) throw weightError(name, shape, first + broken.index, broken.value);
  }
}
