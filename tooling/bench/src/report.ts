/** What a benchmark has found. */
export interface Report {
  /** One row for each thing measured; the keys are the columns. */
  readonly rows: readonly Row[];
  /** What is told under the table, a line each. */
  readonly notes?: readonly string[];
  readonly targets?: readonly Target[];
}

export type Row = Readonly<Record<string, string | number>>;

/** A limit that the project has set itself. */
export interface Target {
  readonly what: string;
  readonly measured: number;
  readonly atMost: number;
}

/** For people: Markdown, a table and under it a list of what is told and how the targets were met. */
export function formatReport({ rows, notes = [], targets = [] }: Report): string {
  const verdicts = targets.map(({ what, measured, atMost }) => {
    const verdict = measured <= atMost ? "met" : "**missed**";
    return `${verdict}: ${what}: ${format(measured)}, at most ${format(atMost)}`;
  });
  const told = [...notes, ...verdicts].map((line) => `- ${line}`);
  return [formatTable(rows), "", ...told].join("\n").trimEnd();
}

function formatTable(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => format(row[column] ?? "")))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  const line = (texts: readonly string[]) => `| ${texts.map((t, i) => t.padEnd(widths[i]!)).join(" | ")} |`;
  const [head, ...body] = cells.map(line);
  return [head, line(widths.map((width) => "-".repeat(width))), ...body].join("\n");
}

/** Three digits that count, but no integer is rounded. */
function format(value: string | number): string {
  if (typeof value === "string" || Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export function describeSetting({ rounds, threads }: { rounds: number; threads: number }): string {
  return `${rounds} rounds, ${threads} threads`;
}
