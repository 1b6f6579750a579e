// Every README's examples against the sources: the quick part of a rehearsal, which needs no registry.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { writeExamples } from "@sdtt/examples";
import { temporaryDirectory } from "@sdtt/testing";
import { afterAll, describe, expect, test } from "vitest";
import { brokenLinks } from "./broken-links.ts";
import { findPublicPackages, repository } from "./public-packages.ts";

const documents = ["README.md", ...(await findPublicPackages()).map(({ folder }) => `${folder}/README.md`)];

// Inside this package, so that its dependencies resolve; not in node_modules, where Node strips no types.
const built = join(import.meta.dirname, "../dist");
await mkdir(built, { recursive: true });
const directory = await mkdtemp(join(built, "readmes-"));
afterAll(() => rm(directory, { recursive: true }));

const examples = (
  await Promise.all(
    documents.map(async (document) => {
      const markdown = await readFile(join(repository, document), "utf8");
      return writeExamples({ markdown, name: document.replaceAll("/", "."), directory });
    }),
  )
).flat();

const run = promisify(execFile);

test("every example type-checks", async () => {
  const options = { composite: false, noEmit: true, noUnusedLocals: false, isolatedDeclarations: false };
  await writeFile(
    join(directory, "tsconfig.json"),
    JSON.stringify({ extends: join(repository, "tooling/tsconfig/node.json"), compilerOptions: options }),
  );
  const tsc = join(repository, "node_modules/.bin/tsc");
  const { stdout } = await run(tsc, ["-p", directory, "--pretty", "false"]).catch((error) => error);
  expect(stdout).toBe("");
}, 240_000);

describe("runs as it is written", () => {
  for (const { path, runs } of examples) {
    test.runIf(runs)(
      path.slice(directory.length + 1),
      async () => {
        await using folder = await temporaryDirectory();
        const ended = run(process.execPath, ["--conditions=@sdtt/source", path], { cwd: folder.path });
        await expect(ended).resolves.toBeDefined();
      },
      240_000,
    );
  }
});

test("no link leads nowhere", async () => {
  for (const document of documents) expect(await brokenLinks(repository, document)).toEqual([]);
});
