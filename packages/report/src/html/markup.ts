/** HTML that is well-formed and escaped. */
export interface Markup {
  readonly markup: string;
}

/** What may stand in a template. */
export type Content = string | number | Markup | readonly Markup[];

/** A template whose strings are escaped where they are put in, in text as in quoted attributes. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return {
    markup: parts.map((part, i) => part + (i < contents.length ? render(contents[i]!) : "")).join(""),
  };
}

/** What is HTML already, such as the SVG of a plot. */
export function trusted(markup: string): Markup {
  return { markup };
}

/** Text as HTML and XML have it, between tags and in quoted attributes. */
export function escapeMarkup(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function render(content: Content): string {
  if (typeof content !== "object") return escapeMarkup(String(content));
  return "markup" in content ? content.markup : content.map(render).join("\n");
}
