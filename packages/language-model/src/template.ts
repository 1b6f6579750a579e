import { SdttError } from "@sdtt/core";
import type { TokenSet } from "@sdtt/core";
import type { Tokenizer } from "@sdtt/tokenizer";

/** A text with gaps: what is written stays, and each gap is so many tokens for the model to write. */
export type Template = readonly (string | { readonly mask: number })[];

const gap = /<mask(?::(\d+))?>/g;
const widestGap = 1_000_000;

/**
 * Reads `<mask>` as a gap of one token and `<mask:8>` as one of eight: `Lily saw a <mask:2> and it was <mask:3>.`
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

/** A template in ids. */
export interface EncodedTemplate {
  /** The mask id in the gaps. */
  readonly ids: Int32Array;
  /**
   * Positions whose token has to begin with the space that the words before it end with, and the tokens that do. The
   * position after the last id is among them if the text continues there.
   */
  readonly allowed: ReadonlyMap<number, TokenSet>;
  /** The end of the last words, if the text continues and the next token has to begin with it: a space, or nothing. */
  readonly rest: string;
}

export interface EncodeTemplateOptions {
  /** Whether more is written after the template, as after a prompt; not unless given. */
  readonly goesOn?: boolean | undefined;
}

/**
 * The ids of a template, its words encoded as they are in running text: a space before a gap belongs to the gap's first
 * token, as models have learnt it, so that the gap is held to tokens that begin with one. Where the vocabulary has no such
 * token, the space is encoded as it is written.
 */
export function encodeTemplate(
  template: Template,
  tokenizer: Tokenizer,
  { goesOn = false }: EncodeTemplateOptions = {},
): EncodedTemplate {
  const parts = joinNeighbours(template);
  const ids: number[] = [];
  const allowed = new Map<number, TokenSet>();
  let rest = "";
  for (const [index, part] of parts.entries()) {
    if (typeof part !== "string") {
      for (let i = 0; i < part.mask; i++) ids.push(tokenizer.maskId);
      continue;
    }
    const isLast = index === parts.length - 1;
    const options = { continues: index > 0 };
    if (isLast && !goesOn) {
      for (const id of tokenizer.encode(part, options)) ids.push(id);
      continue;
    }
    const open = tokenizer.encodeOpen(part, options);
    for (const id of open.ids) ids.push(id);
    if (open.next) allowed.set(ids.length, open.next);
    if (isLast) rest = open.rest;
  }
  return { ids: Int32Array.from(ids), allowed, rest };
}

/** Words beside words are one text, and gaps of no width none. */
function joinNeighbours(template: Template): Template {
  const parts: (string | { readonly mask: number })[] = [];
  for (const part of template) {
    const before = parts.at(-1);
    if (typeof part !== "string") {
      if (part.mask > 0) parts.push(part);
    } else if (typeof before === "string") parts[parts.length - 1] = before + part;
    else if (part !== "") parts.push(part);
  }
  return parts;
}
