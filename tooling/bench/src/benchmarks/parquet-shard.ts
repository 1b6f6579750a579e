import type { RandomStream } from "@sdtt/core";
import { fileWriter, ParquetWriter } from "hyparquet-writer";

/** Documents of a row group: about 100 MB of text, far more than is to be in memory. */
const documentsPerGroup = 20_000;
const documentLength = 5000;

/** Writes documents of random words as a Parquet file with Snappy, as most datasets have it. */
export async function writeShard(
  path: string,
  { textBytes, stream }: { textBytes: number; stream: RandomStream },
): Promise<void> {
  const paragraphs = randomParagraphs(stream.child("words"));
  const picks = stream.child("documents");
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [
      { name: "root", num_children: 1 },
      { name: "text", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
    ],
  });
  const each = Math.floor(documentLength / paragraphs[0]!.length);
  let pick = 0;
  for (let written = 0; written < textBytes; written += documentsPerGroup * documentLength) {
    const data = Array.from({ length: documentsPerGroup }, () =>
      Array.from({ length: each }, () => paragraphs[picks.uint32(pick++) % paragraphs.length]!).join(""),
    );
    await writer.write({ columnData: [{ name: "text", data }], rowGroupSize: documentsPerGroup });
  }
  await writer.finish();
}

/** Pieces of 500 characters, more of them than a compressor looks back on. */
function randomParagraphs(stream: RandomStream): string[] {
  const letters = "etaoinshrdlucmfwypvbgk";
  const words = Array.from({ length: 5000 }, (_, word) =>
    Array.from(
      { length: 2 + (word % 8) },
      (_, i) => letters[stream.uint32(10 * word + i) % letters.length],
    ).join(""),
  );
  let draw = 100_000;
  // Low numbers are more frequent, as the frequent words of a language.
  const word = (): string => words[Math.floor(words.length * stream.uniform(draw++) ** 3)]!;
  return Array.from({ length: 2000 }, () =>
    Array.from({ length: 120 }, word).join(" ").padEnd(500).slice(0, 500),
  );
}
