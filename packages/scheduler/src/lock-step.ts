import { throwIfAborted } from "@sdtt/core";
import type { Draws, RowsRequest, TokenSet } from "@sdtt/core";
import { joinAllowed } from "./allowed-tokens.ts";
import type { Sequence, SequenceRequest } from "./sequence.ts";
import { sliceDraws } from "./slice-draws.ts";
import { atStep } from "./step-error.ts";

/** What a step has changed. */
export interface StepEvent {
  /** Counts from 0; `steps` for the final pass over the left-overs. Steps that reveal nothing have no event. */
  readonly step: number;
  readonly steps: number;
  /** Forward passes so far, this one included (NFE). Empty steps cost none, guided ones two. */
  readonly passes: number;
  readonly revealed: {
    /** Indices into `tokens`. */
    readonly rows: Int32Array;
    readonly ids: Int32Array;
    /** The log-probability of each id among the tokens, as the model sees it. */
    readonly logProbs: Float32Array;
  };
  /** Indices into `tokens` that were masked again since the event before, ahead of what was revealed. */
  readonly remasked: Int32Array;
  /** Ids after the step, `[batch * length]`: a copy. */
  readonly tokens: Int32Array;
}

export interface SampleResult {
  /** Ids, `[batch * length]`. */
  readonly tokens: Int32Array;
  /** Forward passes over the batch (NFE): steps in which any of the texts had something to draw. */
  readonly passes: number;
  /** Those of each text, `[batch]`: a text takes as many alone as in any batch. */
  readonly passesPerText: Int32Array;
}

/** A step's question to the model, over the sequences that the step concerns. */
export interface StepBatch extends RowsRequest {
  readonly sigma: Float32Array;
  readonly noiseSeeds: Float64Array;
  /** One for each of the rows. */
  readonly uniforms: Float64Array;
  /** As `DrawRequest` has it. */
  readonly allowed: readonly (TokenSet | undefined)[] | undefined;
  readonly step: number;
  /** Sequences of equal steps are greedy together. */
  readonly greedy: boolean;
  /** As `DrawRequest` has it. */
  readonly entropies: boolean | undefined;
  /** Which of all sequences these are. */
  readonly sequences: readonly number[];
  readonly requests: readonly SequenceRequest[];
}

export interface LockStepOptions {
  readonly sequences: readonly Sequence[];
  readonly length: number;
  /** Draws for the rows of a batch. */
  readonly answer: (batch: StepBatch) => Promise<Draws>;
  /** Passes that an answer takes; 1 unless given. */
  readonly passesPerAnswer?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Takes sequences through their steps together; a sequence that a step does not concern stays out of its pass. */
export async function* lockStep(options: LockStepOptions): AsyncGenerator<StepEvent, SampleResult> {
  const { sequences, length, answer, passesPerAnswer = 1, signal } = options;
  const stepsNow = (): number => sequences.reduce((most, { steps }) => Math.max(most, steps), 0);
  const passesPerText = new Int32Array(sequences.length);
  let passes = 0;
  for (;;) {
    throwIfAborted(signal);
    const batch = gather(sequences, length, signal);
    if (!batch) return { tokens: joinTokens(sequences, length), passes, passesPerText };
    let change: Pick<StepEvent, "revealed" | "remasked">;
    try {
      change = scatter(sequences, length, batch, await answer(batch));
    } catch (error) {
      throw atStep(error, { step: batch.step, steps: stepsNow() });
    }
    passes += passesPerAnswer;
    for (const index of batch.sequences) passesPerText[index]! += passesPerAnswer;
    yield { step: batch.step, steps: stepsNow(), passes, ...change, tokens: joinTokens(sequences, length) };
  }
}

/** Runs a sampler to its end, past all events, and gives the finished texts. */
export async function finishSampling<Result>(sampler: AsyncGenerator<unknown, Result>): Promise<Result> {
  for (;;) {
    const { done, value } = await sampler.next();
    if (done) return value;
  }
}

function gather(
  sequences: readonly Sequence[],
  length: number,
  signal: AbortSignal | undefined,
): StepBatch | undefined {
  const waiting = sequences.flatMap((sequence, index) => {
    const request = sequence.next();
    return request ? [{ index, request }] : [];
  });
  if (waiting.length === 0) return undefined;
  const step = waiting.reduce((least, { request }) => Math.min(least, request.step), Infinity);
  const active = waiting.filter(({ request }) => request.step === step);
  const requests = active.map(({ request }) => request);
  return {
    step,
    greedy: requests[0]!.greedy,
    entropies: requests[0]!.entropies,
    tokens: joinTokens(requests, length),
    batch: active.length,
    length,
    rows: Int32Array.from(
      requests.flatMap(({ positions }, i) => Array.from(positions, (p) => i * length + p)),
    ),
    uniforms: Float64Array.from(requests.flatMap(({ uniforms }) => [...uniforms])),
    allowed: joinAllowed(requests),
    sigma: Float32Array.from(requests, ({ sigma }) => sigma),
    noiseSeeds: Float64Array.from(requests, ({ noiseSeed }) => noiseSeed),
    sequences: active.map(({ index }) => index),
    requests,
    signal,
  };
}

/** Gives each sequence its draws and collects what they changed. */
function scatter(
  sequences: readonly Sequence[],
  length: number,
  batch: StepBatch,
  draws: Draws,
): Pick<StepEvent, "revealed" | "remasked"> {
  const rows: number[] = [];
  const ids: number[] = [];
  const logProbs: number[] = [];
  const remasked: number[] = [];
  let begin = 0;
  for (const [i, index] of batch.sequences.entries()) {
    const end = begin + batch.requests[i]!.positions.length;
    const revealed = sequences[index]!.apply(sliceDraws(draws, begin, end));
    for (const [k, position] of revealed.positions.entries()) {
      rows.push(index * length + position);
      ids.push(revealed.ids[k]!);
      logProbs.push(revealed.logProbs[k]!);
    }
    for (const position of revealed.remasked) remasked.push(index * length + position);
    begin = end;
  }
  return {
    revealed: {
      rows: Int32Array.from(rows),
      ids: Int32Array.from(ids),
      logProbs: Float32Array.from(logProbs),
    },
    remasked: Int32Array.from(remasked),
  };
}

function joinTokens(sequences: readonly Pick<Sequence, "tokens">[], length: number): Int32Array {
  const joined = new Int32Array(sequences.length * length);
  for (const [i, { tokens }] of sequences.entries()) joined.set(tokens, i * length);
  return joined;
}
