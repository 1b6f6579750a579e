/** A fenced code block of a Markdown document. */
export interface Fence {
  /** The first word after the opening fence; empty where there is none. */
  readonly language: string;
  /** The other words after the opening fence. */
  readonly flags: readonly string[];
  /** The line of the document, from 1, that the first line of code is. */
  readonly line: number;
  /** The code without the indentation of its fence; ends with a line break unless empty. */
  readonly code: string;
}

const opening = /^(?<indent> *)(?<ticks>`{3,}|~{3,})(?<info>[^`]*)$/;

/** The fenced code blocks of a document, in order. A fence that is never closed ends with the document. */
export function readFences(markdown: string): Fence[] {
  const lines = markdown.split(/\r?\n/);
  const fences: Fence[] = [];
  for (let at = 0; at < lines.length; at++) {
    const groups = opening.exec(lines[at]!)?.groups;
    if (!groups) continue;
    const { indent, ticks, info } = groups as { indent: string; ticks: string; info: string };
    const first = at + 1;
    do at++;
    while (at < lines.length && !closes(lines[at]!, ticks));
    const code = lines.slice(first, at).map((line) => `${withoutIndent(line, indent.length)}\n`);
    const [language = "", ...flags] = info.trim().split(/\s+/);
    fences.push({ language, flags, line: first + 1, code: code.join("") });
  }
  return fences;
}

/** A closing fence is of the opening one's character, at least as long, and stands alone. */
function closes(line: string, ticks: string): boolean {
  const text = line.trim();
  return text.length >= ticks.length && text === ticks[0]!.repeat(text.length);
}

function withoutIndent(line: string, width: number): string {
  const blanks = line.length - line.trimStart().length;
  return line.slice(Math.min(blanks, width));
}
