// What the page says and offers before anything is written. To be chosen again with a new bundled model: write each example with
// some thirty seeds at the page's default settings (`sdtt sample --length 64 --steps 16`, `sdtt infill --steps 16`) and keep the
// seed that reads best.

/** A text to try, with a seed that writes something worth reading. */
export interface Example {
  readonly text: string;
  readonly seed: number;
}

/** Stands in the editor when the page is opened. */
export const firstExample: Example = { text: "Once upon a time", seed: 20 };

export const examples: readonly Example[] = [
  firstExample,
  { text: "Lily saw a <mask:2> and it was <mask:3>.", seed: 7 },
  { text: 'Tom was sad because <mask:8>. His mom said, "<mask:8>."', seed: 11 },
  { text: "The cat <mask:4> the tree, and the bird <mask:5>. <mask:16> The end.", seed: 15 },
];

/** What is shown, and what it is not. */
export const about =
  "Each step fills in some of the grey masks, anywhere in the text, until none is left. " +
  "The model continues a text or fills its gaps; it does not chat and knows no facts.";

/** Of the bundled models, which write worse than a visitor may expect. */
export const aboutBundled =
  "The bundled one is small and has learnt children's stories: expect simple sentences, some of them broken, and a story that loses its thread.";

export function isBundled(model: string): boolean {
  return model === "tiny" || model.startsWith("tiny:");
}
