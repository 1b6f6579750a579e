import { SdttError } from "@sdtt/core";
import type { Tokenizer } from "@sdtt/tokenizer";

/** A text with gaps: what is written stays, and each gap is so many tokens for the model to write. */
export type Template = readonly (string | { readonly mask: number })[];

const gap = /<mask(?::(\d+))?>/g;
const widestGap = 1_000_000;

/**
 * Reads `<mask>` as a gap of one token and `<mask:8>` as one of eight: `The <mask:4> sat on the <mask:2>.`
 *
 * @throws SdttError `usage` if there is no gap, or one of no width.
 */
export function parseTemplate(text: string): Template {
  const parts: (string | { mask: number })[] = [];
  let end = 0;
  for (const match of text.matchAll(gap)) {
    const width = Number(match[1] ?? 1);
    if (width < 1 || width > widestGap) {
      throw new SdttError(
        "usage",
        `A gap holds 1 to ${widestGap} tokens; found ${match[0]} at character ${match.index}.`,
      );
    }
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push({ mask: width });
    end = match.index + match[0].length;
  }
  if (end === 0) {
    throw new SdttError(
      "usage",
      "The template has no gap: write <mask> for one token or <mask:8> for eight.",
    );
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

/** The ids of a template, the mask id in its gaps. */
export function encodeTemplate(template: Template, tokenizer: Tokenizer): Int32Array {
  const parts = template.map((part) =>
    typeof part === "string" ? tokenizer.encode(part) : new Int32Array(part.mask).fill(tokenizer.maskId),
  );
  const ids = new Int32Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    ids.set(part, at);
    at += part.length;
  }
  return ids;
}
