import { html, trusted } from "./markup.ts";
import type { Markup } from "./markup.ts";

export interface PageOptions {
  readonly title: string;
  /** Of the page alone, after the style that all share. */
  readonly style?: string;
  readonly body: readonly Markup[];
}

const shared = `
:root { color-scheme: light dark; --ink: light-dark(#1d1d1f, #ececf1); --paper: light-dark(#fff, #17171a);
  --faint: light-dark(#d9d9de, #38383f); --quiet: light-dark(#5b5b63, #a3a3ad); --card: light-dark(#f6f6f8, #202024); }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 0.5rem; }
p { margin: 0 0 0.8rem; max-width: 44rem; }
figure { margin: 0; min-width: 0; }
figcaption { font-weight: 600; margin-bottom: 0.3rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.5rem; align-items: start; }
.plots svg { width: 100%; max-width: 34rem; height: auto; }`;

/** A page of its own: no scripts, no links, nothing to load. It follows the reader's choice of light or dark. */
export function htmlPage({ title, style = "", body }: PageOptions): string {
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <style>
          ${trusted(shared + style)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `;
  return markup;
}
