import type { CausalModel, GeneratedTexts, GeneratedTokens, GenerateRequest } from "@sdtt/core";
import type { Weights } from "@sdtt/graph";
import { causalProgram, causalStepProgram, headOf, tokenCount } from "@sdtt/models";
import type { CausalDescription } from "@sdtt/models";
import type { Engine } from "../engine.ts";
import { loadNetwork } from "./backbone.ts";
import type { Backbone, PassLimits } from "./backbone.ts";
import type { ResidentWeights } from "./bound-session.ts";
import { checkTexts, lastRows, rowsOf } from "./causal-texts.ts";
import { operatorsToDecompose, usualLimits } from "./device-limits.ts";
import { openDrawHead } from "./draw-head.ts";
import { generateTexts } from "./generate.ts";
import { createLazySessions } from "./lazy-sessions.ts";
import { checkPrecision } from "./precision.ts";
import type { Precision } from "./precision.ts";
import { checkTargets } from "./requests.ts";
import { scatterRows } from "./scatter-rows.ts";
import { openTargetHead } from "./target-head.ts";

export interface CausalModelOptions extends PassLimits, Precision {
  readonly engine: Engine;
  readonly description: CausalDescription;
  /** Where the weights lie: in files that the runtime maps, or resident in the engine, by name. */
  readonly weights: Weights | ResidentWeights;
}

/**
 * Weights are used where they are mapped: repacked copies of them would double the memory of a large model, once for each
 * program, and gain nothing in steps of few rows, which wait for memory.
 */
const load = { prepack: false };

/** An autoregressive model (`causalParameters`) on an engine. Its programs are loaded when they are first needed. */
export async function createCausalModel(options: CausalModelOptions): Promise<CausalModel & AsyncDisposable> {
  const { engine, description, weights, dtype: matrixDtype } = options;
  const { maxPositions = usualLimits(engine).maxPositions } = options;
  checkPrecision(engine, matrixDtype);
  const { config } = description;
  const { vocabSize, hiddenSize } = config;
  const maxLength = description.family === "gpt2" ? config.length : Infinity;
  const head = headOf(description);
  const programOf = (files: Weights) => ({
    model: description,
    weights: files,
    matrixDtype,
    decompose: operatorsToDecompose(engine),
  });
  const sessions = createLazySessions(engine, weights, load);
  let loading: Promise<Backbone> | undefined;
  const openNetwork = () =>
    (loading ??= loadNetwork({
      ...options,
      hiddenSize,
      load,
      build: (files) => causalProgram(programOf(files)),
    }));
  /** Positions of the texts that are written together; fewer once that was too much. */
  const room = { positions: maxPositions };

  async function* stream(request: GenerateRequest): AsyncGenerator<GeneratedTokens, GeneratedTexts> {
    const open = async () => ({
      step: await sessions.get("step", (files) => causalStepProgram(programOf(files))),
      draw: await openDrawHead(sessions, head, request),
    });
    return yield* generateTexts({ request, engine, config, dtype: matrixDtype, maxLength, room, open });
  }

  return {
    vocabSize,
    hiddenSize,
    maxLength,

    async score(texts) {
      checkTexts(texts, { vocabSize, maxLength });
      const { tokens } = texts;
      const rows = rowsOf(texts, { butLast: true });
      const targets = rows.map((row) => tokens[row + 1]!);
      checkTargets(targets, rows.length, tokenCount(head));
      const found = new Float32Array(rows.length);
      const network = await openNetwork();
      await network.forEachPart({ ...texts, rows }, await openTargetHead(sessions, head, targets, found));
      const scores = new Float32Array(tokens.length);
      rows.forEach((row, place) => (scores[row + 1] = found[place]!));
      return scores;
    },

    async hidden({ positions = "all", ...texts }) {
      checkTexts(texts, { vocabSize, maxLength });
      const isAll = positions === "all";
      const rows = isAll ? rowsOf(texts) : lastRows(texts);
      const result = new Float32Array((isAll ? texts.tokens.length : texts.batch) * hiddenSize);
      const network = await openNetwork();
      await network.forEachPart({ ...texts, rows }, async ({ hidden, places }) => {
        const targets = isAll ? places.map((place) => rows[place]!) : places;
        scatterRows(hidden.data, targets, hiddenSize, result);
      });
      return result;
    },

    stream,
    async generate(request) {
      const steps = stream(request);
      for (;;) {
        const { done, value } = await steps.next();
        if (done) return value;
      }
    },

    async [Symbol.asyncDispose]() {
      await sessions[Symbol.asyncDispose]();
      const network = await loading?.catch(() => undefined);
      await network?.[Symbol.asyncDispose]();
    },
  };
}
