// Every README and every page of docs/ against the sources: the quick part of a rehearsal, which needs no registry. A rehearsal runs the examples, too.
import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { writeExamples } from "@sdtt/examples";
import { expect, test } from "vitest";
import { brokenLinks } from "./broken-links.ts";
import { findPublicPackages, repository } from "./public-packages.ts";

const documents = [
  "README.md",
  ...(await findPublicPackages()).map(({ folder }) => `${folder}/README.md`),
  ...globSync("docs/**/*.md", { cwd: repository }),
];

/** What a compiler says of all examples, as a program of this package, on which everything resolves. */
async function compile(): Promise<string> {
  const built = join(import.meta.dirname, "../dist");
  await mkdir(built, { recursive: true });
  const directory = await mkdtemp(join(built, "readmes-"));
  try {
    for (const document of documents) {
      const markdown = await readFile(join(repository, document), "utf8");
      await writeExamples({ markdown, name: document.replaceAll("/", "."), directory });
    }
    const compilerOptions = {
      composite: false,
      noEmit: true,
      noUnusedLocals: false,
      isolatedDeclarations: false,
    };
    const config = { extends: join(repository, "tooling/tsconfig/node.json"), compilerOptions };
    await writeFile(join(directory, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(repository, "node_modules/.bin/tsc");
    const ended = promisify(execFile)(tsc, ["-p", directory, "--pretty", "false"]);
    return (await ended.catch((error: { stdout: string }) => error)).stdout;
  } finally {
    await rm(directory, { recursive: true });
  }
}

test("every example type-checks", async () => expect(await compile()).toBe(""), 600_000);

test("no link leads nowhere", async () => {
  for (const document of documents) expect(await brokenLinks(repository, document)).toEqual([]);
});
