import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readExamples } from "./examples.ts";
import type { Example } from "./examples.ts";

/** An example in a file of its own. */
export interface WrittenExample extends Example {
  readonly path: string;
}

/**
 * Writes the TypeScript examples of a document as modules: `scheduler.L9.ts` is the example of the document `scheduler` that
 * begins in its line 9.
 */
export async function writeExamples(options: {
  readonly markdown: string;
  /** What the files' names begin with. */
  readonly name: string;
  readonly directory: string;
}): Promise<WrittenExample[]> {
  const { markdown, name, directory } = options;
  await mkdir(directory, { recursive: true });
  const examples = readExamples(markdown).filter(({ language }) => language === "ts");
  return Promise.all(
    examples.map(async (example) => {
      const path = join(directory, `${name}.L${example.line}.ts`);
      // A file without imports is a module all the same.
      await writeFile(path, `${example.code}export {};\n`);
      return { ...example, path };
    }),
  );
}
