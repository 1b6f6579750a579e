import { html } from "../html/markup.ts";
import type { Markup } from "../html/markup.ts";
import type { Table } from "../table.ts";

/** A table that scrolls by itself where it is wider than the page. `label` is the id of what names it. */
export function tableMarkup({ columns, rows }: Table, label: string): Markup {
  const side = (i: number) => (columns[i]!.align === "right" ? "number" : "word");
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="${label}">
    <table aria-labelledby="${label}">
      <thead>
        <tr>
          ${columns.map(({ title }, i) => html`<th scope="col" class="${side(i)}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, i) => html`<td class="${side(i)}">${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A table to unfold. */
export function foldedTable(
  table: Table,
  id: string,
  { summary, note }: { readonly summary: string; readonly note: string },
): Markup {
  return html`<details>
    <summary id="${id}">${summary}</summary>
    <p class="quiet">${note}</p>
    ${tableMarkup(table, id)}
  </details>`;
}
