import { html } from "../html/markup.ts";
import type { Markup } from "../html/markup.ts";

/** Where in a page a report stands. */
export interface Placement {
  /** Of the headings of its sections. */
  readonly level: 2 | 3;
  /** Begins all ids, which are those of this report alone; empty where it is the only one. */
  readonly prefix: string;
}

/** The heading of a section, or of a part of it. */
export function heading({ level }: Placement, words: string, deeper: 0 | 1 = 0): Markup {
  switch (level + deeper) {
    case 2:
      return html`<h2>${words}</h2>`;
    case 3:
      return html`<h3>${words}</h3>`;
    default:
      return html`<h4>${words}</h4>`;
  }
}
