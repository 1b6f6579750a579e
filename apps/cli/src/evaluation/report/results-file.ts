import { createHash } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeDirectory } from "@sdtt/hub";
import { z } from "zod";
import type { Measurement } from "../measure-texts.ts";

/** Measurements that are there already, one JSON object a line, by what they follow from. */
export interface ResultsFile {
  get(key: string): Measurement | undefined;
  add(key: string, measurement: Measurement): Promise<void>;
}

/** The name of a measurement: whatever changes it must be in `settings`. */
export function resultKey(settings: object): string {
  return createHash("sha256").update(JSON.stringify(settings)).digest("hex");
}

/** Opens a file, or begins one. A last line that was cut off is passed over and measured again. */
export async function openResults(path: string): Promise<ResultsFile> {
  const content = await readFile(path, "utf8").catch(() => "");
  const results = new Map(content.split("\n").flatMap(readLine));
  await makeDirectory(dirname(path));
  // What follows must not be glued to a line that was cut off.
  await appendFile(path, content === "" || content.endsWith("\n") ? "" : "\n");
  return {
    get: (key) => results.get(key),
    async add(key, measurement) {
      results.set(key, measurement);
      await appendFile(path, `${JSON.stringify({ key, ...measurement })}\n`);
    },
  };
}

/** JSON has no NaN: the standard error of a single text is null. */
const standardError = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const line = z.object({
  key: z.string(),
  row: z.object({
    kind: z.enum(["diffusion", "autoregressive"]),
    steps: z.int().positive(),
    precision: z.enum(["exact", "gumbel32"]),
    passes: z.int().positive(),
    secondsPerText: z.number(),
    perplexity: z.number(),
    nats: z.number(),
    standardError,
    unigramEntropy: z.number(),
    distinct: z.array(z.number()),
  }),
  texts: z.array(z.string()),
});

function readLine(text: string): [string, Measurement][] {
  try {
    const { key, ...measurement } = line.parse(JSON.parse(text));
    return [[key, measurement]];
  } catch {
    return [];
  }
}
