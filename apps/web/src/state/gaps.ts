/** A stretch of a text in the editor: words that stay, or a gap of so many tokens. */
export type Stretch =
  | { readonly kind: "words"; readonly text: string }
  | { readonly kind: "gap"; readonly text: string; readonly width: number };

const gap = /<mask(?::(\d+))?>/g;

/** Reads a text as the server's templates do, but refuses nothing: that is the server's to say. */
export function splitGaps(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  let end = 0;
  for (const match of text.matchAll(gap)) {
    if (match.index > end) stretches.push({ kind: "words", text: text.slice(end, match.index) });
    stretches.push({ kind: "gap", text: match[0], width: Number(match[1] ?? 1) });
    end = match.index + match[0].length;
  }
  if (end < text.length) stretches.push({ kind: "words", text: text.slice(end) });
  return stretches;
}

/** Whether a text is to be filled in; one without gaps is continued. */
export function hasGaps(text: string): boolean {
  return splitGaps(text).some(({ kind }) => kind === "gap");
}

/** Whether any of a text is given: without words there is nothing that guidance could strengthen. */
export function hasWords(text: string): boolean {
  return splitGaps(text).some(({ kind }) => kind === "words");
}
