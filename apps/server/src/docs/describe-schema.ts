import type { noEffect } from "../openai/neutral-fields.ts";

/** A JSON schema, as far as the server's own schemas make use of it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly [noEffect]?: true;
}

/** The values of a schema in a few words: `"stop" or "length"`, `whole number from 1 to 16`. */
export function describeSchema(schema: Schema): string {
  if (schema.anyOf) return joinKinds(schema.anyOf);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  if ("const" in schema) return JSON.stringify(schema.const);
  if (typeof schema.type === "object") return joinKinds(schema.type.map((type) => ({ ...schema, type })));
  if (schema.type === "array") return describeArray(schema);
  if (schema.type === "integer") return `whole number${describeRange(schema)}`;
  if (schema.type === "number") return `number${describeRange(schema)}`;
  if (schema.type === "string") return "text";
  if (schema.type === "boolean") return "true or false";
  return schema.type ?? "anything";
}

/** Null goes without saying: it is what a field is that is not given. */
function joinKinds(schemas: readonly Schema[]): string {
  const kinds = schemas.map(describeSchema).filter((kind) => kind !== "null");
  return [...new Set(kinds)].join(" or ");
}

function describeArray({ items = {}, maxItems }: Schema): string {
  if (maxItems === 0) return "empty list";
  const kind = describeSchema(items);
  const most = maxItems === undefined ? "" : ` of at most ${maxItems}`;
  return `list${most} of ${kind.includes(" or ") ? `(${kind})` : kind}`;
}

/** Bounds that are no more than those of the numbers of JavaScript say nothing. */
function describeRange({ minimum = -Infinity, maximum = Infinity }: Schema): string {
  const from = minimum > Number.MIN_SAFE_INTEGER ? ` from ${minimum}` : "";
  const to = maximum < Number.MAX_SAFE_INTEGER ? `${from === "" ? " up" : ""} to ${maximum}` : "";
  return from + to;
}
