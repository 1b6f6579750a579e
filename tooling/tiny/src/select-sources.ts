import { createReadStream, createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { SdttError } from "@sdtt/core";

/**
 * Writes the lines of a JSONL file, also `.gz`, whose field `src` is one of the sources. The file appears when it is whole.
 *
 * @throws SdttError `usage` if no line is of these sources, naming those that there are.
 */
export async function selectSources(options: {
  readonly from: string;
  readonly to: string;
  readonly sources: readonly string[];
}): Promise<void> {
  const { from, to, sources } = options;
  const stored = createReadStream(from);
  const input = from.endsWith(".gz") ? stored.pipe(createGunzip()) : stored;
  const seen = new Set<string>();
  let count = 0;
  async function* selected() {
    for await (const line of createInterface({ input })) {
      const { src } = JSON.parse(line) as { src: string };
      seen.add(src);
      if (!sources.includes(src)) continue;
      count++;
      yield `${line}\n`;
    }
  }
  await pipeline(selected, createWriteStream(`${to}.part`));
  if (count === 0) {
    throw new SdttError(
      "usage",
      `${from} has no text whose src is ${sources.join(" or ")}; it has ${[...seen].join(", ")}.`,
    );
  }
  await rename(`${to}.part`, to);
}
