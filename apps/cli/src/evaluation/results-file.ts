import { createHash } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeDirectory } from "@sdtt/hub";
import { z } from "zod";
import type { Measurement } from "./measure-texts.ts";

/** Measurements that are there already, one JSON object a line, by what they follow from. */
export interface ResultsFile {
  get(key: string): Measurement | undefined;
  add(key: string, measurement: Measurement): Promise<void>;
}

/** The name of a measurement: whatever changes it must be in `settings`. */
export function resultKey(settings: object): string {
  return createHash("sha256").update(JSON.stringify(settings)).digest("hex");
}

/** What a file holds; nothing if it is not there. A last line that was cut off is passed over and measured again. */
export async function readResults(path: string): Promise<Map<string, Measurement>> {
  return parseResults(await readContent(path));
}

/** Opens a file, or begins one. */
export async function openResults(path: string): Promise<ResultsFile> {
  const content = await readContent(path);
  const results = parseResults(content);
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

function readContent(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

function parseResults(content: string): Map<string, Measurement> {
  return new Map(content.split("\n").flatMap(readLine));
}

/** JSON has no NaN: the standard error of a single text is null. */
const numberOrNaN = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const line = z.object({
  key: z.string(),
  row: z.object({
    kind: z.enum(["diffusion", "autoregressive", "baseline"]),
    steps: z.int().nonnegative(),
    precision: z.enum(["exact", "gumbel32"]),
    temperature: z.number().positive(),
    passes: z.int().nonnegative(),
    secondsPerText: z.number(),
    perplexity: z.number(),
    nats: z.number(),
    standardError: numberOrNaN,
    unigramEntropy: z.number(),
    textNats: z.array(z.number()),
    textEntropies: z.array(z.number()),
    distinct: z.array(z.number()),
    measures: z.record(z.string(), numberOrNaN),
  }),
  protocols: z.record(z.string(), z.string()),
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
