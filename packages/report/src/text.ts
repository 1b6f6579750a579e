/** What a terminal shows: numbers with their units, and tables. Without the pages and plots, which load much more. */
export { formatTable } from "./table.ts";
export type { Column, Table } from "./table.ts";
export { formatBytes, formatCount, formatDigits, formatSeconds, plural } from "./units.ts";
