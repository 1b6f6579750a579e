import { createResourceStack, noiseVectors, SdttError, tensor, throwIfAborted } from "@sdtt/core";
import type { RowsRequest, Tensor } from "@sdtt/core";
import type { Weights } from "@sdtt/graph";
import { backboneProgram } from "@sdtt/models";
import type { DenoiserDescription, ModelDescription } from "@sdtt/models";
import type { Engine, LoadOptions } from "../engine.ts";
import { loadBound } from "./bound-session.ts";
import type { BoundSession, BuildProgram, ResidentWeights } from "./bound-session.ts";
import { checkHidden } from "./check-outputs.ts";
import { int64Tensor } from "./int64.ts";
import { int8Weights } from "./int8-weights.ts";
import { operatorsToDecompose, traitsOf } from "./device-limits.ts";
import { checkPrecision } from "./precision.ts";
import type { Precision } from "./precision.ts";
import { isOutOfMemory, passTooLarge } from "./out-of-memory.ts";
import { planPasses, splitPass } from "./passes.ts";
import type { Pass } from "./passes.ts";
import { checkWeights } from "./weight-check.ts";
import type { WeightCheck } from "./weight-check.ts";

export interface ModelOptions extends PassLimits, Precision {
  readonly engine: Engine;
  /** As `openCheckpoint` of @sdtt/hub gives it; of a family that can be what is made. */
  readonly description: ModelDescription;
  /** Where the weights lie: in files that the runtime maps, or resident in the engine, by name. */
  readonly weights: Weights | ResidentWeights;
  /** Ends the loading. */
  readonly signal?: AbortSignal | undefined;
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
   * `places` says for each hidden row which of `request.rows` it is. Throws `numeric` for weights, and for hidden rows,
   * that are not finite, and so for heads that find the like.
   */
  forEachPart(request: RowsRequest, head: HeadOfPart): Promise<void>;
  /** Gives hidden rows that were computed before, `[rows, hidden]`, to `head` in such parts. */
  forEachPartOf(hidden: Float32Array, head: HeadOfPart): Promise<void>;
}

export type HeadOfPart = (part: HiddenPart) => Promise<void>;

export interface HiddenPart {
  /** float32 `[places.length, hidden]` */
  readonly hidden: Tensor<"float32">;
  readonly places: Int32Array;
}

/** The backbone of a diffusion model. */
export async function loadBackbone({
  description,
  signal,
  ...options
}: ModelOptions & { readonly description: DenoiserDescription }): Promise<Backbone> {
  const { engine, dtype: matrixDtype } = options;
  const { config } = description;
  checkPrecision(engine, matrixDtype);
  const decompose = operatorsToDecompose(engine);
  const build = async (files: Weights) => {
    const weights =
      matrixDtype === "int8" ? await int8Weights(description, files, { ...engine, signal }) : files;
    return backboneProgram({ config, weights, matrixDtype, decompose });
  };
  const { hiddenSize, vocabSize, timeConditioning, noiseSize } = config;
  await using opened = createResourceStack();
  const check = opened.use(checkWeights(options.weights, engine));
  const network = await loadNetwork({
    ...options,
    hiddenSize,
    maskId: vocabSize - 1,
    timeConditioning,
    noiseSize,
    check,
    build,
  });
  opened.use(network);
  const owned = opened.move();
  return { ...network, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() };
}

export interface NetworkOptions extends PassLimits {
  readonly engine: Engine;
  readonly weights: Weights | ResidentWeights;
  readonly hiddenSize: number;
  /** Of a network that sees nothing but its tokens: a sequence of masks alone looks the same from every row. */
  readonly maskId?: number;
  /** Whether the network is told the noise level; it is not unless given. */
  readonly timeConditioning?: boolean;
  /** The size of its noise input; none unless given. */
  readonly noiseSize?: number | undefined;
  readonly load?: LoadOptions;
  /** Of the weights; the caller's to dispose. */
  readonly check: WeightCheck;
  /** Gives a program with the inputs and the output of `backboneProgram`. */
  readonly build: BuildProgram;
}

/** Any network that makes hidden rows of tokens. */
export async function loadNetwork(options: NetworkOptions): Promise<Backbone> {
  const { engine, weights, hiddenSize, maskId, timeConditioning = false, noiseSize, check, build } = options;
  const usual = traitsOf(engine);
  const { maxPositions = usual.maxPositions, maxHeadRows = usual.maxHeadRows } = options;
  const session = await loadBound(engine, weights, build, options.load);
  /** What a pass may hold, and a head take; less once that was too much. */
  let room = maxPositions;
  let headRoom = maxHeadRows;

  /** Runs a pass, in halves where the device has no room for it, down to single sequences. */
  async function run(pass: Pass, request: RowsRequest, head: HeadOfPart): Promise<void> {
    throwIfAborted(request.signal);
    let hidden: Float32Array;
    try {
      hidden = await runPass(session, pass, noiseSize, request.signal);
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      if (pass.batch === 1) throw passTooLarge(error, pass, { hiddenSize });
      const halves = splitPass(pass);
      room = Math.min(room, halves[0]!.batch * pass.length);
      for (const half of halves) await run(half, request, head);
      return;
    }
    checkHidden(hidden, pass.places, hiddenSize, request);
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

  /** Gives nothing of weights that are not finite, and names them where they made the work fail. */
  async function checked(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw await check.explain(error);
    }
    await check.passed();
  }

  return {
    async forEachPart(request, head) {
      if (timeConditioning && !request.sigma) {
        throw new SdttError("usage", "This model is conditioned on time: the request needs sigma.");
      }
      await checked(async () => {
        const hasNoise = noiseSize !== undefined;
        for (const pass of planPasses(request, { maskId, timeConditioning, hasNoise, maxPositions: room })) {
          await run(pass, request, head);
        }
      });
    },
    forEachPartOf(hidden, head) {
      const places = Int32Array.from({ length: hidden.length / hiddenSize }, (_, i) => i);
      return checked(() => project(hidden, places, head));
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

async function runPass(
  session: BoundSession,
  pass: Pass,
  noiseSize: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const { tokens, batch, length, rows, sigma, noiseSeeds } = pass;
  const feeds: Record<string, Tensor> = {
    tokens: int64Tensor([batch, length], tokens),
    rows: int64Tensor([rows.length], rows),
  };
  if (sigma) feeds.sigma = tensor("float32", [batch], sigma);
  if (noiseSize !== undefined) {
    const noise = noiseSeeds ? noiseVectors(noiseSeeds, noiseSize) : new Float32Array(batch * noiseSize);
    feeds.noise = tensor("float32", [batch, noiseSize], noise);
  }
  const { hidden } = await session.run(feeds, {}, signal);
  return hidden!.data as Float32Array;
}
