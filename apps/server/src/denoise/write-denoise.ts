import type { SSEMessage } from "@fastify/sse";
import { findEnd, readText } from "sdtt";
import { submitTexts } from "../served-model.ts";
import type { ServedModel } from "../served-model.ts";
import type { DenoisePlan } from "./plan-denoise.ts";

/** The events of a text that comes into being, as `denoiseEvents` describes them. */
export async function* writeDenoise(
  served: ServedModel,
  plan: DenoisePlan,
  signal: AbortSignal,
): AsyncGenerator<SSEMessage, void> {
  const {
    id: model,
    model: { tokenizer },
  } = served;
  const { reveal, seed, endsFrom } = plan;
  const tokens = plan.text.template.slice();
  const { length } = tokens;
  const decoder = tokenizer.createAnyOrderDecoder({ length, endOfText: paragraph });
  const tokenAt = (position: number) => {
    const id = tokens[position]!;
    const text = decoder.reveal(position, id);
    if (id !== tokenizer.endOfTextId) return { position, id, text };
    return { position, id, text: position === 0 ? text.slice(paragraph.length) : text, end_of_text: true };
  };
  // Samplers without a grid take a pass for each token at most.
  const mostSteps = reveal.steps ?? tokens.filter((id) => id === tokenizer.maskId).length;
  const given = [...tokens.keys()].filter((position) => tokens[position] !== tokenizer.maskId);
  // Submitted first: a refusal is then answered with a status.
  const reveals = submitTexts(served, plan, signal);
  yield { event: "start", data: { model, seed, steps: mostSteps, length, given: given.map(tokenAt) } };
  let passes = 0;
  for await (const { step, steps, revealed } of reveals) {
    passes++;
    const { positions, ids, logProbs } = revealed;
    const written = Array.from(positions, (position, i) => {
      tokens[position] = ids[i]!;
      return { ...tokenAt(position), probability: Math.exp(logProbs[i]!) };
    });
    yield { event: "step", data: { step: step + 1, steps, revealed: written } };
  }
  const text = readText(tokens.subarray(0, findEnd(tokens, tokenizer, endsFrom)), tokenizer);
  yield { event: "done", data: { text, tokens: [...tokens], passes } };
}

const paragraph = "\n\n";
