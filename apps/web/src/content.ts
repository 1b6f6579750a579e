// What the page says and offers before anything is written. To be chosen anew with a new bundled model: write each example with
// twenty seeds (`sdtt sample`, `sdtt infill`) and keep the seed that reads best.

/** A text to try, with a seed that writes something worth reading. */
export interface Example {
  readonly text: string;
  readonly seed: number;
}

/** Stands in the editor when the page is opened. */
export const firstExample: Example = { text: "It was", seed: 7 };

export const examples: readonly Example[] = [
  firstExample,
  { text: "The <mask:4> sat on the <mask:2>.", seed: 7 },
  { text: "Dear <mask:3>, <mask:24> Yours, <mask:3>.", seed: 7 },
  { text: "“<mask:12>” said the old man, “<mask:16>.”", seed: 7 },
];

/** What is shown. */
export const about =
  "Each grey field is a masked token. The model fills in some of them at every step, anywhere in the text, until none is left.";

/** What no model of this kind is. */
export const limits = "It continues a text or fills its gaps. It does not chat, follow instructions or know facts.";

/** Of the models that are bundled, which write worse than a visitor may expect. */
export const aboutBundled =
  "The bundled models are small (10 million parameters) and were trained for hours: expect words and phrases that fit, not a story.";

export function isBundled(model: string): boolean {
  return model === "tiny" || model.startsWith("tiny:");
}
