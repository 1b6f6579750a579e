import type { SSEMessage } from "@fastify/sse";
import type { Tokenizer } from "@sdtt/tokenizer";
import { submitTexts } from "../served-model.ts";
import type { ServedModel, TextsPlan } from "../served-model.ts";

/**
 * The events of a text that comes into being:
 *
 * - `start`: `{ model, seed, steps, length, given: Token[] }`
 * - `step`: `{ step, steps, revealed: (Token & { probability })[] }`; steps count from 1, the pass over what is left
 *   after the last is `steps + 1`, and a step that reveals nothing has no event
 * - `done`: `{ text, tokens: number[], passes }`
 *
 * where a token is `{ position, id, text }`: its text alone, U+FFFD where that is a part of a character, and its
 * `probability` is the model's at temperature 1 when it was drawn.
 */
export async function* writeDenoise(
  served: ServedModel,
  plan: TextsPlan,
  signal: AbortSignal,
): AsyncGenerator<SSEMessage, void> {
  const {
    id: model,
    model: { tokenizer },
  } = served;
  const { steps, seed } = plan;
  const tokens = plan.texts[0]!.template.slice();
  const given = [...tokens.keys()].filter((position) => tokens[position] !== tokenizer.maskId);
  // Submitted first: a refusal is then answered with a status.
  const reveals = submitTexts(served, plan, signal);
  yield {
    event: "start",
    data: {
      model,
      seed,
      steps,
      length: tokens.length,
      given: given.map((p) => token(tokenizer, p, tokens[p]!)),
    },
  };
  let passes = 0;
  for await (const { step, revealed } of reveals) {
    passes++;
    const { positions, ids, logProbs } = revealed;
    for (const [i, position] of positions.entries()) tokens[position] = ids[i]!;
    const written = Array.from(positions, (position, i) => ({
      ...token(tokenizer, position, ids[i]!),
      probability: Math.exp(logProbs[i]!),
    }));
    yield { event: "step", data: { step: step + 1, steps, revealed: written } };
  }
  yield { event: "done", data: { text: tokenizer.decode(tokens), tokens: [...tokens], passes } };
}

function token(tokenizer: Tokenizer, position: number, id: number) {
  return { position, id, text: tokenizer.decode([id]) };
}
