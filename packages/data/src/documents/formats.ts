import type { DocumentFormat } from "./document-format.ts";
import { jsonLines } from "./json-lines.ts";
import { parquet } from "./parquet/parquet.ts";
import { plainText } from "./plain-text.ts";

/** How the bytes of a whole file are compressed. */
export type Compression = "gzip" | "zstd";

const formats: readonly DocumentFormat[] = [plainText, jsonLines, parquet];

const compressions: readonly [extension: string, compression: Compression][] = [
  [".gz", "gzip"],
  [".zst", "zstd"],
];

/** What can be read, for messages. */
export const knownExtensions: string = describeFormats();

/** How a file is read, told by its name; undefined if it cannot be. */
export function formatOf(
  path: string,
): { format: DocumentFormat; compression: Compression | undefined } | undefined {
  const name = path.toLowerCase();
  const [extension = "", compression] = compressions.find(([ending]) => name.endsWith(ending)) ?? [];
  const unpacked = name.slice(0, name.length - extension.length);
  const format = formats.find(({ extensions }) => extensions.some((ending) => unpacked.endsWith(ending)));
  if (!format || (compression && format.access === "ranges")) return undefined;
  return { format, compression };
}

function describeFormats(): string {
  const endings = (access: DocumentFormat["access"]): string =>
    formats
      .filter((format) => format.access === access)
      .flatMap(({ extensions }) => extensions)
      .join(", ");
  const packed = compressions.map(([extension]) => extension).join(" or ");
  return `${endings("stream")}, each also ${packed}, or ${endings("ranges")}`;
}
