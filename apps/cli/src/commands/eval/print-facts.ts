import { printLine } from "../../context.ts";
import type { CliContext } from "../../context.ts";

/** A result as JSON, or as facts for people, one a line. */
export function printFacts(
  context: CliContext,
  { json }: { readonly json?: boolean },
  result: object,
  facts: readonly (readonly [name: string, value: string])[],
): void {
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
  printLine(context.stdout, json ? JSON.stringify(result, undefined, 2) : lines);
}
