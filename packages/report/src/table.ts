export interface Column {
  readonly title: string;
  /** Numbers read best from the right. */
  readonly align?: "left" | "right";
}

/** A table for people. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/** Rows of text under titles, aligned; for text of characters that are one column wide. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const titles = columns.map(({ title }) => title.toUpperCase());
  const widths = columns.map((_, i) => Math.max(...[titles, ...rows].map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (columns[i]!.align === "right" ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd();
  return [titles, ...rows].map(line).join("\n");
}
