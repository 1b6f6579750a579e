import { SdttError } from "@sdtt/core";
import type { SchemaTree } from "hyparquet";

/** A column of texts. */
export interface TextColumn {
  readonly name: string;
  /** The root of the schema and the column. */
  readonly schemaPath: SchemaTree[];
}

const mostNames = 20;
const longestName = 40;

/** @throws SdttError `format` that lists the columns if there is none of that name, or says what it holds instead of texts. */
export function findTextColumn(root: SchemaTree, { path, name }: { path: string; name: string }): TextColumn {
  const column = root.children.find(({ element }) => element.name === name);
  if (!column) {
    throw new SdttError(
      "format",
      `${path} has no column "${name}"; it has ${listNames(root)}. Name the one that holds the text.`,
    );
  }
  const kind = kindOf(column);
  if (kind === "texts") return { name, schemaPath: [root, column] };
  throw new SdttError(
    "format",
    `${path}: the column "${name}" holds ${kind}, not texts. The columns of texts are: ${listNames(root, isTexts)}.`,
  );
}

function isTexts(column: SchemaTree): boolean {
  return kindOf(column) === "texts";
}

function kindOf({ element, children }: SchemaTree): string {
  const { type, converted_type: converted, logical_type: logical, repetition_type: repetition } = element;
  if (repetition === "REPEATED" || logical?.type === "LIST" || converted === "LIST") return "lists";
  if (children.length > 0) return "structures";
  // A column of bytes that says nothing of what they mean may hold text.
  const meaning = logical?.type ?? converted ?? "UTF8";
  if (type === "BYTE_ARRAY" && (meaning === "UTF8" || meaning === "STRING" || meaning === "ENUM"))
    return "texts";
  return `values of type ${logical?.type ?? converted ?? type}`;
}

function listNames(root: SchemaTree, isWanted: (column: SchemaTree) => boolean = () => true): string {
  const names = root.children
    .filter(isWanted)
    .map(({ element }) => JSON.stringify(element.name.slice(0, longestName)));
  if (names.length === 0) return "none";
  const shown = names.slice(0, mostNames);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : "";
  return `${shown.join(", ")}${more}`;
}
