import {
  checkDrawRequest,
  checkRowsRequest,
  checkTargets,
  createResourceStack,
  firstNotFinite,
  nextTurn,
  SdttError,
} from "@sdtt/core";
import type { Denoiser, DrawRequest, Draws, RowsRequest } from "@sdtt/core";
import { logProbsProgram, tokenCount } from "@sdtt/models";
import { loadBackbone } from "./backbone.ts";
import type { HiddenPart, ModelOptions } from "./backbone.ts";
import { checkDraws, checkLogs } from "./check-outputs.ts";
import { openDrawHead } from "./draw-head.ts";
import type { DrawSettings } from "./draw-head.ts";
import { expectFamily } from "./expect-family.ts";
import { groupRows } from "./group-rows.ts";
import { openHeads } from "./open-heads.ts";
import { networkOutputs } from "./network-outputs.ts";
import type { NetworkOutputs } from "./network-outputs.ts";
import { scatterRows } from "./scatter-rows.ts";
import { openTargetHead } from "./target-head.ts";

/**
 * A denoiser that also hands out what the vocabulary projection is given: a teacher's targets in their smallest form. All of
 * its methods throw `numeric` where a weight, or what follows from it, is not finite: no text and no number comes of those.
 */
export interface HiddenDenoiser extends Denoiser, NetworkOutputs, AsyncDisposable {
  /** As `draw`, with the hidden rows that the draws were made from, `[rows, hiddenSize]`. */
  drawWithHidden(request: DrawRequest): Promise<Draws & { readonly hidden: Float32Array }>;
  /** The log-probabilities, `[rows, vocabSize]`, SUBS applied, of hidden rows `[rows, hiddenSize]`: the other half of `logProbs`. */
  logProbsOfHidden(hidden: Float32Array): Promise<Float32Array>;
  /** The log-probability of one token at each row, `[rows]`: of `logProbs` what an evaluation needs. */
  targetLogProbs(request: TargetsRequest): Promise<Float32Array>;
}

export interface DenoiserOptions extends ModelOptions {
  /** How tokens will be drawn: what that takes is then loaded beside the network, instead of when it is first drawn so. */
  readonly drawAs?: DrawSettings | undefined;
}

export interface TargetsRequest extends RowsRequest {
  /** An id for each of the rows; never the mask, which has no probability. */
  readonly targets: Int32Array;
}

/**
 * A checkpoint of the SDTT or MDLM family as a `Denoiser`: the network runs over whole sequences, but only the rows that
 * are asked for are projected on the vocabulary, and their tokens are drawn where the logits are.
 *
 * @throws SdttError `checkpoint` for a model that is no denoiser.
 */
export async function createDenoiser(options: DenoiserOptions): Promise<HiddenDenoiser> {
  const { drawAs } = options;
  const description = expectFamily(options.description, "createDenoiser");
  const { config } = description;
  await using opened = createResourceStack();
  const loading = loadBackbone({ ...options, description });
  const heads = opened.use(openHeads(options, config));
  if (drawAs) {
    // When the network is on its way, which takes longer. Whoever draws then waits for this too, and is told if it fails.
    const ready = Promise.allSettled([nextTurn().then(() => openDrawHead(heads, config, drawAs))]);
    opened.defer(async () => void (await ready));
  }
  const backbone = opened.use(await loading);
  const owned = opened.move();
  const { vocabSize, hiddenSize } = config;

  async function draw(request: DrawRequest, onHidden: (part: HiddenPart) => void = () => {}): Promise<Draws> {
    checkDrawRequest(request, vocabSize);
    const drawRows = await openDrawHead(heads, config, request);
    const ids = new Int32Array(request.rows.length);
    const logProbs = new Float32Array(request.rows.length);
    const entropies = request.entropies ? new Float32Array(request.rows.length) : undefined;
    await backbone.forEachPart(request, async (part) => {
      onHidden(part);
      for (const { hidden, places, allowed } of groupRows(part, request.allowed)) {
        const uniforms = Float64Array.from(places, (place) => request.uniforms[place]!);
        const drawn = await drawRows(hidden, uniforms, allowed);
        places.forEach((place, i) => {
          ids[place] = drawn.ids[i]!;
          logProbs[place] = drawn.logProbs[i]!;
          if (entropies) entropies[place] = drawn.entropies![i]!;
        });
      }
      checkDraws(part.places, logProbs, request);
    });
    return { ids, logProbs, ...(entropies ? { entropies } : {}) };
  }

  async function openLogProbsHead(result: Float32Array, request: Pick<RowsRequest, "rows" | "length">) {
    const session = await heads.get("log-probs", (files) => logProbsProgram({ config, weights: files }));
    return async ({ hidden, places }: HiddenPart): Promise<void> => {
      const part = (await session.run({ hidden })).log_probs!.data as Float32Array;
      checkLogs("log-probability", part, places, request);
      scatterRows(part, places, vocabSize, result);
    };
  }

  return {
    vocabSize,
    maskId: vocabSize - 1,
    ...networkOutputs({ backbone, heads, config }),
    draw: (request) => draw(request),

    async drawWithHidden(request) {
      const hidden = new Float32Array(request.rows.length * hiddenSize);
      const draws = await draw(request, (part) =>
        scatterRows(part.hidden.data, part.places, hiddenSize, hidden),
      );
      return { ...draws, hidden };
    },

    async logProbs(request) {
      checkRowsRequest(request, vocabSize);
      const result = new Float32Array(request.rows.length * vocabSize);
      await backbone.forEachPart(request, await openLogProbsHead(result, request));
      return result;
    },

    async logProbsOfHidden(hidden) {
      checkHiddenRows(hidden, hiddenSize);
      const count = hidden.length / hiddenSize;
      const result = new Float32Array(count * vocabSize);
      const request = { rows: Int32Array.from({ length: count }, (_, i) => i), length: Math.max(1, count) };
      await backbone.forEachPartOf(hidden, await openLogProbsHead(result, request));
      return result;
    },

    async targetLogProbs(request) {
      checkRowsRequest(request, vocabSize);
      checkTargets(request.targets, request.rows.length, tokenCount(config));
      const logProbs = new Float32Array(request.rows.length);
      await backbone.forEachPart(request, await openTargetHead(heads, config, request, logProbs));
      return logProbs;
    },

    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}

function checkHiddenRows(hidden: Float32Array, width: number): void {
  if (hidden.length % width !== 0) {
    throw new SdttError("usage", `Hidden rows have ${width} numbers each; got ${hidden.length} in all.`);
  }
  const broken = firstNotFinite(hidden);
  if (broken < 0) return;
  throw new SdttError(
    "numeric",
    `The hidden rows hold ${hidden[broken]} in row ${Math.floor(broken / width)}: they must be finite.`,
  );
}
