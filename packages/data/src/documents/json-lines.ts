import { SdttError } from "@sdtt/core";
import { reasonOf } from "../file-error.ts";
import { decodeUtf8 } from "./decode-utf8.ts";
import type { StreamedFormat } from "./document-format.ts";
import { splitLines } from "./lines.ts";

/** A document a line: a JSON object with the text in one of its fields. Blank lines are skipped. */
export const jsonLines: StreamedFormat = {
  extensions: [".jsonl", ".ndjson"],
  access: "stream",
  read: readJsonLines,
};

async function* readJsonLines({
  path,
  bytes,
  field,
  maxDocumentBytes,
}: Parameters<StreamedFormat["read"]>[0]): AsyncGenerator<string> {
  for await (const line of splitLines(bytes, { path, maxBytes: maxDocumentBytes })) {
    const where = `${path}:${line.number}`;
    const json = decodeUtf8(line.bytes, where);
    if (json.trim() !== "") yield textOf(parse(json, where), field, where);
  }
}

function parse(json: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new SdttError(
      "format",
      `${where} is not valid JSON: ${reasonOf(cause)}. Expected one object a line, with a text in it.`,
      { cause },
    );
  }
}

function textOf(value: unknown, field: string, where: string): string {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const text: unknown =
    isObject && Object.hasOwn(value, field) ? value[field as keyof typeof value] : undefined;
  if (typeof text === "string") return text;
  const found = !isObject
    ? kindOf(value)
    : text === undefined
      ? `an object with ${fieldsOf(value)}`
      : `${kindOf(text)} in it`;
  throw new SdttError(
    "format",
    `${where}: expected an object with a text in the field "${field}"; got ${found}. Name the field that holds the text.`,
  );
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}

const longestName = 40;
const mostNames = 8;

function fieldsOf(value: object): string {
  const names = Object.keys(value);
  if (names.length === 0) return "no fields";
  const shown = names.slice(0, mostNames).map((name) => JSON.stringify(name.slice(0, longestName)));
  return `the fields ${shown.join(", ")}${names.length > mostNames ? ", ..." : ""}`;
}
