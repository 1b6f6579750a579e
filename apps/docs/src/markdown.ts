import { readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import type { MarkdownEnv, MarkdownRenderer } from "vitepress";
import { exists, root } from "./pages.ts";
import { siteLink } from "./site-link.ts";

type Token = ReturnType<MarkdownRenderer["parse"]>[number];

/**
 * Makes the repository's Markdown that of the site: links between files become links between pages, and a link to a source
 * file that has a paragraph to itself is followed by the file.
 */
export function useRepository(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("repository", (state) => {
    const { realPath, path = realPath } = state.env as Partial<MarkdownEnv>;
    // A title alone, which is rendered without its page.
    if (path === undefined) return;
    const file = relative(root, realPath ?? path).replaceAll("\\", "/");
    for (const token of state.tokens) {
      for (const child of token.children ?? []) {
        if (child.type === "link_open") child.attrSet("href", siteLink(child.attrGet("href")!, file, exists));
      }
    }
    state.tokens = state.tokens.flatMap((token, i, all) => {
      const source = token.type === "paragraph_close" ? sourceOf(all[i - 1]!) : undefined;
      if (source === undefined) return [token];
      const fence = new state.Token("fence", "code", 0);
      fence.info = extname(source).slice(1);
      fence.content = readFileSync(join(root, source), "utf8");
      fence.block = true;
      return [token, fence];
    });
  });
}

/** The source file that a paragraph is a link to, and nothing but that. */
function sourceOf({ children }: Token): string | undefined {
  if (children?.length !== 3 || children[0]!.type !== "link_open") return undefined;
  return /\/blob\/main\/(.*\.ts)$/.exec(children[0]!.attrGet("href")!)?.[1];
}
