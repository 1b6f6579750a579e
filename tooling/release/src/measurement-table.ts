import type { Measurement } from "./rehearse.ts";

/** Measurements as a Markdown table, the smallest first, as docs/packages.md has it. */
export function measurementTable(measured: readonly Measurement[]): string {
  const rows = measured
    .toSorted((a, b) => a.bytes - b.bytes)
    .map(({ package: name, bytes, packages, importTime }) => {
      const time = importTime === undefined ? "" : `${Math.round(importTime)} ms`;
      return `| \`${name}\` | ${megabytes(bytes)} | ${packages} | ${time} |`;
    });
  return [
    "| package | installed | packages | first import (CPU time) |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
