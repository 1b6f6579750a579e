import type { MarkdownRenderer } from "vitepress";

type Rules = MarkdownRenderer["renderer"]["rules"];

/**
 * Ends the build at an equation that does not parse, which the renderer itself only marks, and lets keys scroll equations that
 * are wider than the page, as VitePress does with tables.
 *
 * @param rules - those of a Markdown renderer with equations, which are replaced.
 * @throws Error that names the equation, while a page is rendered.
 */
export function checkEquations(rules: Rules): void {
  for (const name of ["math_inline", "math_inline_block", "math_block"]) {
    const render = rules[name]!;
    rules[name] = (tokens, index, ...rest) => {
      const html = render(tokens, index, ...rest);
      if (html.includes("katex-error")) {
        throw new Error(`An equation does not parse: ${tokens[index]!.content.trim()}`);
      }
      return html.replace('class="katex-block"', '$& tabindex="0"');
    };
  }
}
