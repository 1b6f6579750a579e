/** A token that ends a text. The first of a text is often the end of the one before it. */
export function isEndOfText(text: string): boolean {
  return text === "<|endoftext|>" || text === "";
}

/** A token's text on one line, with signs for what has no shape of its own. */
export function signsOf(text: string): string {
  return isEndOfText(text) ? "¶" : text.replaceAll("\n", "↵");
}
