import type { TextReveal } from "../batching/text-reveal.ts";

type Settled = Pick<TextReveal, "index" | "revealed">;

/**
 * What the positions of each text are in the end, told once when all is written: until then a sampler that masks again may take
 * back what it has revealed.
 */
export async function* settleReveals(reveals: AsyncIterable<Settled>): AsyncGenerator<Settled> {
  const texts = new Map<number, Map<number, { readonly id: number; readonly logProb: number }>>();
  for await (const { index, revealed } of reveals) {
    const tokens = texts.get(index) ?? new Map();
    texts.set(index, tokens);
    for (const position of revealed.remasked) tokens.delete(position);
    revealed.positions.forEach((position, i) =>
      tokens.set(position, { id: revealed.ids[i]!, logProb: revealed.logProbs[i]! }),
    );
  }
  for (const [index, tokens] of texts) {
    const written = [...tokens.values()];
    yield {
      index,
      revealed: {
        positions: Int32Array.from(tokens.keys()),
        ids: Int32Array.from(written, ({ id }) => id),
        logProbs: Float32Array.from(written, ({ logProb }) => logProb),
        remasked: new Int32Array(0),
      },
    };
  }
}
