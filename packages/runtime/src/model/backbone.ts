import { SdttError, tensor, throwIfAborted } from "@sdtt/core";
import type { RowsRequest, Tensor } from "@sdtt/core";
import type { Program, Weights } from "@sdtt/graph";
import { backboneProgram } from "@sdtt/models";
import type { DenoiserDescription } from "@sdtt/models";
import type { Engine, LoadOptions } from "../engine.ts";
import { loadBound } from "./bound-session.ts";
import type { BoundSession, ResidentWeights } from "./bound-session.ts";
import { int64Tensor } from "./int64.ts";
import { operatorsToDecompose, usualLimits } from "./device-limits.ts";
import { checkPrecision } from "./precision.ts";
import type { Precision } from "./precision.ts";
import { isOutOfMemory, passTooLarge } from "./out-of-memory.ts";
import { planPasses, splitPass } from "./passes.ts";
import type { Pass } from "./passes.ts";

export interface ModelOptions extends PassLimits, Precision {
  readonly engine: Engine;
  readonly description: DenoiserDescription;
  /** Where the weights lie: in files that the runtime maps, or resident in the engine, by name. */
  readonly weights: Weights | ResidentWeights;
}

export interface PassLimits {
  /** Positions that one pass of the network may hold; more sequences than fit are run one group after another. */
  readonly maxPositions?: number | undefined;
  /** Rows that are projected on the vocabulary at a time. */
  readonly maxHeadRows?: number | undefined;
}

/** The network up to the vocabulary projection, and the cutting of its rows into pieces that a head can take. */
export interface Backbone extends AsyncDisposable {
  /**
   * Computes the hidden rows of a request and gives them to `head`, at most `maxHeadRows` at a time.
   * `places` says for each hidden row which of `request.rows` it is.
   */
  forEachPart(request: RowsRequest, head: HeadOfPart): Promise<void>;
}

export type HeadOfPart = (part: HiddenPart) => Promise<void>;

export interface HiddenPart {
  /** float32 `[places.length, hidden]` */
  readonly hidden: Tensor<"float32">;
  readonly places: Int32Array;
}

/** The backbone of a diffusion model. */
export function loadBackbone({ description: { config }, ...options }: ModelOptions): Promise<Backbone> {
  const { engine, dtype: matrixDtype } = options;
  checkPrecision(engine, matrixDtype);
  const decompose = operatorsToDecompose(engine);
  const build = (weights: Weights) => backboneProgram({ config, weights, matrixDtype, decompose });
  const { hiddenSize, vocabSize, timeConditioning } = config;
  return loadNetwork({ ...options, hiddenSize, maskId: vocabSize - 1, timeConditioning, build });
}

export interface NetworkOptions extends PassLimits {
  readonly engine: Engine;
  readonly weights: Weights | ResidentWeights;
  readonly hiddenSize: number;
  /** Of a network that sees nothing but its tokens: a sequence of masks alone looks the same from every row. */
  readonly maskId?: number;
  /** Whether the network is told the noise level; it is not unless given. */
  readonly timeConditioning?: boolean;
  readonly load?: LoadOptions;
  /** Gives a program with the inputs and the output of `backboneProgram`. */
  readonly build: (files: Weights) => Program;
}

/** Any network that makes hidden rows of tokens. */
export async function loadNetwork(options: NetworkOptions): Promise<Backbone> {
  const { engine, weights, hiddenSize, maskId, timeConditioning = false, build } = options;
  const usual = usualLimits(engine);
  const { maxPositions = usual.maxPositions, maxHeadRows = usual.maxHeadRows } = options;
  const session = await loadBound(engine, weights, build, options.load);
  /** What a pass may hold, and a head take; less once that was too much. */
  let room = maxPositions;
  let headRoom = maxHeadRows;

  /** Runs a pass, in halves where the device has no room for it, down to single sequences. */
  async function run(pass: Pass, signal: AbortSignal | undefined, head: HeadOfPart): Promise<void> {
    throwIfAborted(signal);
    let hidden: Float32Array;
    try {
      hidden = await runPass(session, pass, signal);
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      if (pass.batch === 1) throw passTooLarge(error, pass, { hiddenSize });
      const halves = splitPass(pass);
      room = Math.min(room, halves[0]!.batch * pass.length);
      for (const half of halves) await run(half, signal, head);
      return;
    }
    await project(hidden, pass.places, head);
  }

  /** Gives rows to a head, as many at a time as it has room for. */
  async function project(hidden: Float32Array, all: Int32Array, head: HeadOfPart): Promise<void> {
    for (let start = 0; start < all.length;) {
      const places = all.subarray(start, start + headRoom);
      const rows = hidden.subarray(start * hiddenSize, (start + places.length) * hiddenSize);
      try {
        await head({ hidden: tensor("float32", [places.length, hiddenSize], rows), places });
        start += places.length;
      } catch (error) {
        if (!isOutOfMemory(error) || places.length === 1) throw error;
        headRoom = Math.ceil(places.length / 2);
      }
    }
  }

  return {
    async forEachPart(request, head) {
      if (timeConditioning && !request.sigma) {
        throw new SdttError("usage", "This model is conditioned on time: the request needs sigma.");
      }
      for (const pass of planPasses(request, { maskId, timeConditioning, maxPositions: room })) {
        await run(pass, request.signal, head);
      }
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

async function runPass(
  session: BoundSession,
  pass: Pass,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const { tokens, batch, length, rows, sigma } = pass;
  const feeds: Record<string, Tensor> = {
    tokens: int64Tensor([batch, length], tokens),
    rows: int64Tensor([rows.length], rows),
  };
  if (sigma) feeds.sigma = tensor("float32", [batch], sigma);
  const { hidden } = await session.run(feeds, {}, signal);
  return hidden!.data as Float32Array;
}
