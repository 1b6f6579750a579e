import { rewrites } from "@sdtt/scheduler";
import { submitTexts } from "../served-model.ts";
import type { ServedModel } from "../served-model.ts";
import { createChoiceWriter } from "./choice-writer.ts";
import { usageOf } from "./completion-answer.ts";
import type { CompletionChoice, CompletionPiece, Usage } from "./completion-answer.ts";
import { countCodePoints, givenTokens, joinLogprobs, logprobsOf } from "./logprobs.ts";
import type { TextToken } from "./logprobs.ts";
import type { CompletionPlan } from "./plan-completion.ts";
import { settleReveals } from "./settle-reveals.ts";

/**
 * Writes the choices of a plan: gives each piece of text as soon as it is certain, for each choice a last piece with the
 * reason of its end, and then the usage. With a sampler that masks again nothing is certain before all is written. Stops the work when all choices have ended, though positions after them may be
 * open.
 */
export async function* writeCompletion(
  served: ServedModel,
  plan: CompletionPlan,
  signal: AbortSignal,
): AsyncGenerator<CompletionPiece, void> {
  const { tokenizer } = served.model;
  const { stops, ignoreEos, reveal } = plan;
  const writers = plan.texts.map(({ begin, end, rest }) =>
    createChoiceWriter({ tokenizer, begin, end, stops, rest, ignoreEos }),
  );
  const logprobs = (tokens: readonly TextToken[]) => (plan.logprobs ? logprobsOf(tokens, tokenizer) : null);
  // Submitted first: a refusal is then answered with a status.
  const reveals = submitTexts(served, plan, signal);
  for (const [index, { echo }] of plan.texts.entries()) {
    if (!echo) continue;
    const { text, ids } = echo;
    const choice = { index, text, logprobs: logprobs(givenTokens(ids, tokenizer)), finish_reason: null };
    yield { choices: [choice] };
  }
  const masksAgain = rewrites(reveal);
  for await (const { index, revealed } of masksAgain ? settleReveals(reveals) : reveals) {
    const writer = writers[index]!;
    if (writer.finishReason) continue;
    const text = writer.push(revealed);
    const finishReason = writer.finishReason ?? null;
    if (text !== "" || finishReason) {
      const before = countCodePoints(plan.texts[index]!.echo?.text ?? "");
      const tokens = writer
        .takeTokens()
        .map((token) => ({ ...token, offset: Math.max(0, before + token.offset) }));
      yield { choices: [{ index, text, logprobs: logprobs(tokens), finish_reason: finishReason }] };
    }
    if (writers.every((writer) => writer.finishReason)) break;
  }
  const written = writers.reduce((sum, { tokenCount }) => sum + tokenCount, 0);
  yield { choices: [], usage: usageOf(plan.promptTokens, written) };
}

/** Joins all pieces. */
export async function collectCompletion(
  pieces: AsyncIterable<CompletionPiece>,
): Promise<{ choices: CompletionChoice[]; usage: Usage | undefined }> {
  const whole: CompletionChoice[] = [];
  let usage: Usage | undefined;
  for await (const piece of pieces) {
    usage = piece.usage;
    for (const choice of piece.choices) {
      const before = whole[choice.index];
      whole[choice.index] = {
        ...choice,
        text: (before?.text ?? "") + choice.text,
        logprobs: joinLogprobs(before?.logprobs ?? null, choice.logprobs),
      };
    }
  }
  return { choices: whole, usage };
}
