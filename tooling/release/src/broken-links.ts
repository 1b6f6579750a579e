import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readFences } from "@sdtt/examples";

/**
 * The relative links of a document of the repository that lead nowhere, each as `README.md:12: docs/none.md`. Links to headings
 * (`page.md#heading`) need the heading, by the name that GitHub gives it.
 */
export async function brokenLinks(root: string, document: string): Promise<string[]> {
  const markdown = await readFile(join(root, document), "utf8");
  const broken: string[] = [];
  for (const { target, line } of relativeLinks(markdown)) {
    const [path = "", heading] = decodeURIComponent(target).split("#");
    const file = path === "" ? document : join(dirname(document), path);
    if (!(await leadsTo(join(root, file), heading))) broken.push(`${document}:${line}: ${target}`);
  }
  return broken;
}

async function leadsTo(file: string, heading: string | undefined): Promise<boolean> {
  try {
    await access(file);
    return heading === undefined || headingNames(await readFile(file, "utf8")).includes(heading);
  } catch {
    return false;
  }
}

interface Link {
  readonly target: string;
  /** From 1. */
  readonly line: number;
}

const inlineLink = /\]\((?<target>[^()\s]+)(?: "[^"]*")?\)|\b(?:src|href)="(?<attribute>[^"]+)"/g;

/** Links and images of the text, not of its code, that have no scheme. */
function relativeLinks(markdown: string): Link[] {
  return proseLines(markdown).flatMap(({ text, line }) =>
    Array.from(text.replaceAll(/`[^`]*`/g, "").matchAll(inlineLink), ({ groups }) => ({
      target: groups!.target ?? groups!.attribute!,
      line,
    })).filter(({ target }) => !/^[a-z][a-z+.-]*:|^\/\//i.test(target)),
  );
}

/** The names that GitHub gives the headings of a document. */
function headingNames(markdown: string): string[] {
  return proseLines(markdown)
    .filter(({ text }) => /^#{1,6} /.test(text))
    .map(({ text }) =>
      text
        .replace(/^#+ /, "")
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );
}

/** The lines outside of code blocks. */
function proseLines(markdown: string): { text: string; line: number }[] {
  const code = new Set<number>();
  for (const fence of readFences(markdown)) {
    fence.code.split("\n").forEach((_, i) => code.add(fence.line + i));
  }
  return markdown
    .split(/\r?\n/)
    .map((text, i) => ({ text, line: i + 1 }))
    .filter(({ line }) => !code.has(line));
}
