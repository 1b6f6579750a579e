import { throwIfAborted, checkTargets } from "@sdtt/core";
import type { CausalModel, GeneratedTexts, GeneratedTokens, GenerateRequest } from "@sdtt/core";
import type { Weights } from "@sdtt/graph";
import { causalProgram, causalStepProgram, headOf, tokenCount } from "@sdtt/models";
import type { ModelDescription } from "@sdtt/models";
import type { Engine } from "../engine.ts";
import { loadNetwork } from "./backbone.ts";
import type { Backbone, HeadOfPart, PassLimits } from "./backbone.ts";
import type { ResidentWeights } from "./bound-session.ts";
import { checkMaxLength, checkTexts, readingOf } from "./causal-texts.ts";
import type { Reading } from "./causal-texts.ts";
import { operatorsToDecompose, traitsOf } from "./device-limits.ts";
import { openDrawHead } from "./draw-head.ts";
import { expectFamily } from "./expect-family.ts";
import { generateTexts } from "./generate.ts";
import { int8Weights } from "./int8-weights.ts";
import { createLazySessions } from "./lazy-sessions.ts";
import { checkPrecision } from "./precision.ts";
import type { Precision } from "./precision.ts";
import { scatterRows } from "./scatter-rows.ts";
import { openTargetHead } from "./target-head.ts";
import { checkWeights } from "./weight-check.ts";

export interface CausalModelOptions extends PassLimits, Precision {
  readonly engine: Engine;
  /** As `openCheckpoint` of @sdtt/hub gives it, of an autoregressive family. */
  readonly description: ModelDescription;
  /** Where the weights lie: in files that the runtime maps, or resident in the engine, by name. */
  readonly weights: Weights | ResidentWeights;
}

/**
 * Float32 weights are used where they are mapped: repacked copies of them would double the memory of a large model, once for
 * each program, and gain little in steps of few rows, which wait for memory.
 */
const mapped = { prepack: false };
/** Matrices in int8 are not: ONNX Runtime has no product of them as they are, and would repack all of them in each step. */
const repacked = { prepack: true };

/**
 * An autoregressive model (`causalParameters`) on an engine. Its programs are loaded when they are first needed. Its methods
 * throw `numeric` where a weight, or what follows from it, is not finite.
 *
 * @throws SdttError `checkpoint` for a model that is not autoregressive.
 */
export async function createCausalModel(options: CausalModelOptions): Promise<CausalModel & AsyncDisposable> {
  const { engine, weights, dtype: matrixDtype } = options;
  const description = expectFamily(options.description, "createCausalModel");
  const { maxPositions = traitsOf(engine).maxPositions } = options;
  checkPrecision(engine, matrixDtype);
  const { config } = description;
  const { vocabSize, hiddenSize } = config;
  const maxLength = description.family === "gpt2" ? config.length : Infinity;
  const head = headOf(description);
  const programOf = async (files: Weights) => ({
    model: description,
    weights: matrixDtype === "int8" ? await int8Weights(description, files, engine) : files,
    matrixDtype,
    decompose: operatorsToDecompose(engine),
  });
  const check = checkWeights(weights, engine);
  const load = matrixDtype === "int8" ? repacked : mapped;
  const sessions = createLazySessions(engine, weights, mapped);
  let loading: Promise<Backbone> | undefined;
  const build = async (files: Weights) => causalProgram(await programOf(files));

  /** Gives a head the hidden rows of what is read of texts. */
  async function forEachPart(reading: Reading, open: () => Promise<HeadOfPart> | HeadOfPart): Promise<void> {
    checkMaxLength(reading.length, maxLength);
    throwIfAborted(reading.signal);
    if (reading.rows.length === 0) return;
    const network = await (loading ??= loadNetwork({ ...options, hiddenSize, load, check, build }));
    await network.forEachPart(reading, await open());
  }

  /** Positions of the texts that are written together; fewer once that was too much. */
  const room = { positions: maxPositions };

  async function* stream(request: GenerateRequest): AsyncGenerator<GeneratedTokens, GeneratedTexts> {
    const open = async () => {
      const buildStep = async (files: Weights) => causalStepProgram(await programOf(files));
      const step = await sessions.get("step", buildStep, load);
      const draw = await openDrawHead(sessions, head, request);
      // Before the first token is told.
      await check.passed();
      return { step, draw };
    };
    try {
      return yield* generateTexts({ request, engine, config, dtype: matrixDtype, maxLength, room, open });
    } catch (error) {
      throw await check.explain(error);
    }
  }

  return {
    vocabSize,
    hiddenSize,
    maxLength,

    async score(texts) {
      checkTexts(texts, vocabSize);
      const { tokens } = texts;
      const reading = readingOf(texts, "all but last");
      const targets = reading.places.map((place) => tokens[place + 1]!);
      checkTargets(targets, reading.rows.length, tokenCount(head));
      const found = new Float32Array(targets.length);
      await forEachPart(reading, () => openTargetHead(sessions, head, { ...reading, targets }, found));
      const scores = new Float32Array(tokens.length);
      reading.places.forEach((place, i) => (scores[place + 1] = found[i]!));
      return scores;
    },

    async hidden({ positions = "all", ...texts }) {
      checkTexts(texts, vocabSize);
      const reading = readingOf(texts, positions);
      const rows = positions === "all" ? texts.tokens.length : texts.batch;
      const result = new Float32Array(rows * hiddenSize);
      await forEachPart(reading, () => async ({ hidden, places }) => {
        const targets = places.map((place) => reading.places[place]!);
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
      await check[Symbol.asyncDispose]();
      await sessions[Symbol.asyncDispose]();
      const network = await loading?.catch(() => undefined);
      await network?.[Symbol.asyncDispose]();
    },
  };
}
