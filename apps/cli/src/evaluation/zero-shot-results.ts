import { appendFile, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeDirectory } from "@sdtt/hub";
import { z } from "zod";

/** What was measured on one set. */
export interface ZeroShotRow {
  readonly set: string;
  readonly bound: boolean;
  readonly perplexity: number;
  readonly nats: number;
  /** JSON has no NaN: of a single text it is null. */
  readonly standardError: number | null;
  /** That were scored. */
  readonly tokens: number;
  readonly texts: number;
  /** Blocks of the whole set. */
  readonly blockCount: number;
}

/** Measurements that are there already, one JSON object a line, by what they follow from. */
export interface ZeroShotResults {
  get(key: string): ZeroShotRow | undefined;
  add(key: string, row: ZeroShotRow): Promise<void>;
}

const line = z.object({
  key: z.string(),
  set: z.string(),
  bound: z.boolean(),
  perplexity: z.number(),
  nats: z.number(),
  standardError: z.number().nullable(),
  tokens: z.int(),
  texts: z.int(),
  blockCount: z.int(),
});

/** Opens a file, or begins one. A last line that was cut off is passed over and measured again. */
export async function openZeroShotResults(path: string): Promise<ZeroShotResults> {
  const content = await readFile(path, "utf8").catch(() => "");
  const rows = new Map(content.split("\n").flatMap(readLine));
  await makeDirectory(dirname(path));
  // What follows must not be glued to a line that was cut off.
  await appendFile(path, content === "" || content.endsWith("\n") ? "" : "\n");
  return {
    get: (key) => rows.get(key),
    async add(key, row) {
      rows.set(key, row);
      await appendFile(path, `${JSON.stringify({ key, ...row })}\n`);
    },
  };
}

function readLine(text: string): [string, ZeroShotRow][] {
  try {
    const { key, ...row } = line.parse(JSON.parse(text));
    return [[key, row]];
  } catch {
    return [];
  }
}
