import { expect, test } from "vitest";
import { checkEquations } from "./equations.ts";

/** Rules as the plugin of equations leaves them: one that writes what it is given. */
function rulesWriting(html: string): Parameters<typeof checkEquations>[0] {
  return Object.fromEntries(
    ["math_inline", "math_inline_block", "math_block"].map((name) => [name, () => html]),
  );
}

function render(html: string): string {
  const rules = rulesWriting(html);
  checkEquations(rules);
  const render = rules["math_block"] as (tokens: unknown[], index: number) => string;
  return render([{ content: "\\frac{1}\n" }], 0);
}

test("an equation that stands alone can be reached by keys", () => {
  expect(render('<p class="katex-block">x</p>\n')).toBe('<p class="katex-block" tabindex="0">x</p>\n');
});

test("an equation in a line is left as it is", () => {
  expect(render('<span class="katex">x</span>')).toBe('<span class="katex">x</span>');
});

test("an equation that does not parse is an error that names it", () => {
  expect(() => render('<p class="katex-block katex-error" title="">ParseError</p>')).toThrow(
    "An equation does not parse: \\frac{1}",
  );
});
