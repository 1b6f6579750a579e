import type { Samples } from "@sdtt/eval";

/** From this difference of shares on, the last token alone tells the two sets apart. */
const tellingDifference = 0.8;

/**
 * MAUVE's features are those of last tokens: a warning where most texts of one set end with the end-of-text token and most of
 * the other do not, as when blocks of the reference are packed in another way than the model learnt; undefined otherwise.
 */
export function differingEnds(
  samples: Samples,
  reference: Samples,
  endOfTextId: number | undefined,
): string | undefined {
  if (endOfTextId === undefined) return undefined;
  const [ours, theirs] = [shareOfEnds(samples, endOfTextId), shareOfEnds(reference, endOfTextId)];
  if (Math.abs(ours - theirs) < tellingDifference) return undefined;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return `MAUVE compares last tokens: ${percent(theirs)} of the reference and ${percent(ours)} of the texts end with the end-of-text token, which alone tells them apart. Pack the reference as the model's training texts were: see --packing.`;
}

function shareOfEnds({ tokens, batch, length }: Samples, endOfTextId: number): number {
  let ends = 0;
  for (let text = 1; text <= batch; text++) if (tokens[text * length - 1] === endOfTextId) ends += 1;
  return ends / batch;
}
