/** A change of a text. */
export type Rule = (text: string) => string;

/** One rule after the other. */
export function inOrder(rules: readonly Rule[]): Rule {
  return (text) => rules.reduce((changed, rule) => rule(changed), text);
}

/** Every occurrence of a string, as Python's `str.replace`. */
export function literally(found: string, replacement: string): Rule {
  return (text) => text.replaceAll(found, () => replacement);
}

/** Every match of a pattern, as Python's `re.sub`; `$1` in the replacement is a group. */
export function everywhere(pattern: RegExp, replacement: string): Rule {
  return (text) => text.replace(pattern, replacement);
}

/**
 * Takes white space away that stands after an opening mark and before the closing one that comes next. As the pattern
 * `open\s*([^close]*?)\s*close` does, in a time that does not grow with the square of the text.
 */
export function tightenPairs(open: string, close: string): Rule {
  return (text) => {
    const parts: string[] = [];
    let place = 0;
    for (;;) {
      const start = text.indexOf(open, place);
      const end = start < 0 ? -1 : text.indexOf(close, start + open.length);
      if (end < 0) break;
      parts.push(text.slice(place, start), open, strip(text.slice(start + open.length, end)), close);
      place = end + close.length;
    }
    return [...parts, text.slice(place)].join("");
  };
}

/** What Python counts as white space; JavaScript knows a byte order mark more, and five control characters less. */
export const whiteSpace =
  "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const [leading, isSpace] = [new RegExp(`^[${whiteSpace}]+`), new RegExp(`[${whiteSpace}]`)];

/** Without white space at both ends, as Python's `str.strip`. */
export function strip(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace.test(text[end - 1]!)) end -= 1;
  return text.slice(0, end).replace(leading, "");
}
