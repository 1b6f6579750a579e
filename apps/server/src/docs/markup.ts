/** HTML that is well-formed and escaped. */
export interface Markup {
  readonly markup: string;
}

/** A template whose strings are escaped where they are put in, in text as in quoted attributes. */
export function html(
  parts: TemplateStringsArray,
  ...contents: readonly (string | Markup | Markup[])[]
): Markup {
  return { markup: parts.map((part, i) => part + render(contents[i] ?? "")).join("") };
}

function render(content: string | Markup | Markup[]): string {
  if (Array.isArray(content)) return content.map(render).join("");
  if (typeof content !== "string") return content.markup;
  return content.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
