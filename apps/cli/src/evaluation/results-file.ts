import { createHash } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeDirectory } from "@sdtt/hub";
import { z } from "zod";

/** Results that are there already, one JSON object a line, by what they follow from. */
export interface ResultsFile<Result> {
  get(key: string): Result | undefined;
  add(key: string, result: Result): Promise<void>;
}

/** The name of a result: whatever changes it must be in `settings`. */
export function resultKey(settings: object): string {
  return createHash("sha256").update(JSON.stringify(settings)).digest("hex");
}

/** What a file holds; nothing if it is not there. A line that was cut off or has another form is skipped. */
export async function readResults<Result>(
  path: string,
  schema: z.ZodType<Result>,
): Promise<Map<string, Result>> {
  return parseResults(await readContent(path), schema);
}

/** Opens a file, or begins one. What is skipped is measured again. */
export async function openResults<Result>(
  path: string,
  schema: z.ZodType<Result>,
): Promise<ResultsFile<Result>> {
  const content = await readContent(path);
  const results = parseResults(content, schema);
  await makeDirectory(dirname(path));
  // What follows must not be glued to a line that was cut off.
  await appendFile(path, content === "" || content.endsWith("\n") ? "" : "\n");
  return {
    get: (key) => results.get(key),
    async add(key, result) {
      results.set(key, result);
      await appendFile(path, `${JSON.stringify({ key, ...result })}\n`);
    },
  };
}

function readContent(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

function parseResults<Result>(content: string, schema: z.ZodType<Result>): Map<string, Result> {
  return new Map(content.split("\n").flatMap((line) => readLine(line, schema)));
}

const keyed = z.object({ key: z.string() });

function readLine<Result>(line: string, schema: z.ZodType<Result>): [string, Result][] {
  try {
    const value: unknown = JSON.parse(line);
    return [[keyed.parse(value).key, schema.parse(value)]];
  } catch {
    return [];
  }
}
