import type { DocumentFormat } from "./document-format.ts";
import { jsonLines } from "./json-lines.ts";
import { plainText } from "./plain-text.ts";

const formats: readonly DocumentFormat[] = [plainText, jsonLines];

const packedExtension = ".gz";

/** What can be read, for messages. */
export const knownExtensions: string = `${formats.flatMap(({ extensions }) => extensions).join(", ")}, each also ${packedExtension}`;

/** How a file is read, told by its name; undefined if it cannot be. */
export function formatOf(path: string): { format: DocumentFormat; isPacked: boolean } | undefined {
  const name = path.toLowerCase();
  const isPacked = name.endsWith(packedExtension);
  const unpacked = isPacked ? name.slice(0, -packedExtension.length) : name;
  const format = formats.find(({ extensions }) => extensions.some((ending) => unpacked.endsWith(ending)));
  return format && { format, isPacked };
}
