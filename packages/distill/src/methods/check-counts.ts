import { SdttError } from "@sdtt/core";

/** Throws `usage` for a count that was given and is no whole number from 1, with its name. */
export function checkCounts(counts: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) continue;
    throw new SdttError("usage", `${name} is a whole number from 1; got ${value}.`);
  }
}
