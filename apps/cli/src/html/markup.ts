/** HTML that is well-formed and escaped. */
export interface Markup {
  readonly markup: string;
}

type Content = string | number | Markup | readonly Markup[];

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

function render(content: Content): string {
  if (typeof content === "object") {
    return "markup" in content ? content.markup : content.map(render).join("\n");
  }
  return String(content).replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
