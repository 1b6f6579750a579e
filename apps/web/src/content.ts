// What the page says and offers before anything is written. To be chosen anew with a new bundled model: write each example with
// some thirty seeds at the page's default settings (`sdtt sample --length 64 --steps 16`, `sdtt infill --steps 16`) and keep the
// seed that reads best.

/** A text to try, with a seed that writes something worth reading. */
export interface Example {
  readonly text: string;
  readonly seed: number;
}

/** Stands in the editor when the page is opened. */
export const firstExample: Example = { text: "It was", seed: 26 };

export const examples: readonly Example[] = [
  firstExample,
  { text: "The <mask:4> sat on the <mask:2>.", seed: 33 },
  { text: "Dear <mask:3>, <mask:24> Yours, <mask:3>.", seed: 19 },
  { text: "She opened the door, and <mask:8>. Then she <mask:5>.", seed: 25 },
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
