import { submitTexts } from "../served-model.ts";
import type { ServedModel } from "../served-model.ts";
import { createChoiceWriter } from "./choice-writer.ts";
import { usageOf } from "./completion-answer.ts";
import type { CompletionChoice, CompletionPiece, Usage } from "./completion-answer.ts";
import type { CompletionPlan } from "./plan-completion.ts";

/**
 * Writes the choices of a plan: gives each piece of text as soon as it is certain, for each choice a last piece with the
 * reason of its end, and then the usage. Stops the work when all choices have ended, though positions behind them may be
 * open.
 */
export async function* writeCompletion(
  served: ServedModel,
  plan: CompletionPlan,
  signal: AbortSignal,
): AsyncGenerator<CompletionPiece, void> {
  const { tokenizer } = served.model;
  const { stops, ignoreEos } = plan;
  const writers = plan.texts.map(({ begin, end, rest }) =>
    createChoiceWriter({ tokenizer, begin, end, stops, rest, ignoreEos }),
  );
  for await (const { index, revealed } of submitTexts(served, plan, signal)) {
    const writer = writers[index]!;
    if (writer.finishReason) continue;
    const text = writer.push(revealed);
    const finishReason = writer.finishReason ?? null;
    if (text !== "" || finishReason) {
      yield { choices: [{ index, text, logprobs: null, finish_reason: finishReason }] };
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
      const before = whole[choice.index]?.text ?? "";
      whole[choice.index] = { ...choice, text: before + choice.text };
    }
  }
  return { choices: whole, usage };
}
