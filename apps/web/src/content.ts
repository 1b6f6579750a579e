// What the page says and offers before anything is written. To be chosen anew with a new bundled model: write each example with
// twenty seeds (`sdtt sample`, `sdtt infill`) and keep the seed that reads best.

/** A text to try, with a seed that writes something worth reading. */
export interface Example {
  readonly text: string;
  readonly seed: number;
}

/** Stands in the editor when the page is opened. */
export const firstExample: Example = { text: "It was", seed: 45 };

export const examples: readonly Example[] = [
  firstExample,
  { text: "The <mask:4> sat on the <mask:2>.", seed: 7 },
  { text: "Dear <mask:3>, <mask:24> Yours, <mask:3>.", seed: 7 },
  { text: "“<mask:12>” said the old man, “<mask:16>.”", seed: 7 },
];

/** What is shown, and what it is not. */
export const about =
  "Each step fills in some of the grey masks, anywhere in the text, until none is left. " +
  "The model continues a text or fills its gaps; it does not chat and knows no facts.";

/** Of the bundled models, which write worse than a visitor may expect. */
export const aboutBundled =
  "The bundled one is small and was trained for hours: expect phrases that fit, not a story.";

export function isBundled(model: string): boolean {
  return model === "tiny" || model.startsWith("tiny:");
}
