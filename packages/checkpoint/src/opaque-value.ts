import { quoted } from "./names-in-messages.ts";

const global: unique symbol = Symbol("global");

/** Stands in a config for a value that only Python could make. */
export interface OpaqueValue {
  readonly [global]: string;
}

/** @param name of the global that the value comes from. */
export function opaqueValue(name: string): OpaqueValue {
  return { [global]: name };
}

/** What a message calls the value, if it is opaque: `an object of "numpy.core.multiarray.scalar"`. */
export function describeOpaque(value: unknown): string | undefined {
  return typeof value === "object" && value !== null && global in value
    ? objectOf(String(value[global]))
    : undefined;
}

/** What a message calls a value that comes from a global. */
export function objectOf(name: string): string {
  return `an object of ${quoted(name)}, which only Python could make; nothing of it was run`;
}
