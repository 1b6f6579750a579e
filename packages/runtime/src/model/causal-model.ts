import type { Weights } from "@sdtt/graph";
import { causalProgram, causalStepProgram } from "@sdtt/models";
import type { CausalConfig } from "@sdtt/models";
import type { Engine } from "../engine.ts";
import { loadNetwork } from "./backbone.ts";
import type { PassLimits } from "./backbone.ts";
import type { ResidentWeights } from "./bound-session.ts";
import { operatorsToDecompose, usualLimits } from "./device-limits.ts";
import { openDrawHead } from "./draw-head.ts";
import { beginTexts, checkGenerate, writeTexts } from "./generate.ts";
import type { GenerateRequest } from "./generate.ts";
import { createLazySessions } from "./lazy-sessions.ts";
import { checkRowsRequest, checkTargets } from "./requests.ts";
import { checkPrecision } from "./precision.ts";
import type { Precision } from "./precision.ts";
import { cacheTooLarge, isOutOfMemory } from "./out-of-memory.ts";
import { openTargetHead } from "./target-head.ts";

export interface CausalModelOptions extends PassLimits, Precision {
  readonly engine: Engine;
  readonly config: CausalConfig;
  /** Where the weights lie: in files that the runtime maps, or resident in the engine, by name. */
  readonly weights: Weights | ResidentWeights;
}

/** An autoregressive model: it judges texts, and writes them one token at a time. */
export interface CausalModel extends AsyncDisposable {
  readonly vocabSize: number;
  /** The log-probability of every token but the first given those before it, in nats, `[batch * (length - 1)]`. */
  tokenLogProbs(request: TextsRequest): Promise<Float32Array>;
  /** Continues prompts, one pass over one position for each new token. */
  generate(request: GenerateRequest): Promise<GeneratedTexts>;
}

export interface TextsRequest {
  /** Ids, `[batch * length]`; no masks. */
  readonly tokens: Int32Array;
  readonly batch: number;
  readonly length: number;
  readonly signal?: AbortSignal | undefined;
}

export interface GeneratedTexts {
  /** Ids, `[batch * length]`, prompts included. */
  readonly tokens: Int32Array;
  /** Passes of the network over a group of texts (NFE): one for each position. */
  readonly passes: number;
}

/** A causal transformer (`causalParameters`) on an engine. */
export async function createCausalModel(options: CausalModelOptions): Promise<CausalModel> {
  const { engine, config, weights, dtype: matrixDtype } = options;
  const { maxPositions = usualLimits(engine).maxPositions } = options;
  const decompose = operatorsToDecompose(engine);
  checkPrecision(engine, matrixDtype);
  const { vocabSize } = config;
  const network = await loadNetwork({
    ...options,
    build: (files) => causalProgram({ config, weights: files, matrixDtype, decompose }),
  });
  // Heads, and the step, which scoring does not need.
  const sessions = createLazySessions(engine, weights);
  /** Positions of the texts that are written together; fewer once that was too much. */
  let room = maxPositions;

  return {
    vocabSize,

    async tokenLogProbs({ tokens, batch, length, signal }) {
      const rows = Int32Array.from(tokens.keys()).filter((row) => row % length < length - 1);
      const targets = rows.map((row) => tokens[row + 1]!);
      const request = { tokens, batch, length, rows, signal };
      checkRowsRequest(request, vocabSize);
      checkTargets(targets, rows.length, vocabSize);
      const logProbs = new Float32Array(rows.length);
      await network.forEachPart(request, await openTargetHead(sessions, config, targets, logProbs));
      return logProbs;
    },

    async generate(request) {
      const prompt = checkGenerate(request, vocabSize);
      const step = await sessions.get("step", (files) =>
        causalStepProgram({ config, weights: files, matrixDtype, decompose }),
      );
      const draw = await openDrawHead(sessions, config, request);
      const tokens = beginTexts(request, prompt);
      const { batch, length, stream, signal } = request;
      for (let first = 0; first < batch;) {
        const count = Math.min(Math.max(1, Math.floor(room / length)), batch - first);
        const texts = Array.from({ length: count }, (_, i) => ({
          tokens: tokens.subarray((first + i) * length, (first + i + 1) * length),
          stream: stream.child(first + i),
        }));
        try {
          await writeTexts({ engine, config, dtype: matrixDtype, step, draw, texts, prompt, signal });
          first += count;
        } catch (error) {
          // Fewer begin again from their prompts: what a text draws hangs on its own stream alone.
          if (!isOutOfMemory(error)) throw error;
          if (count === 1) throw cacheTooLarge(error, { length, config, dtype: matrixDtype });
          room = Math.ceil(count / 2) * length;
        }
      }
      return { tokens, passes: length - prompt };
    },

    async [Symbol.asyncDispose]() {
      await sessions[Symbol.asyncDispose]();
      await network[Symbol.asyncDispose]();
    },
  };
}
