import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { rehearse } from "./rehearse.ts";
import { runOrThrow } from "./run-command.ts";

function packageFiles(folder: string, files: Readonly<Record<string, string>>, index: string) {
  const name = `@sdtt/${folder.split("/")[1]!}`;
  const manifest = {
    name,
    version: "0.0.0",
    type: "module",
    files: ["dist", "!dist/left-out.js"],
    exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
  };
  const all = {
    "package.json": JSON.stringify(manifest),
    "dist/index.js": index,
    "dist/index.d.ts": "export declare const load: () => Promise<unknown>;\n",
    ...files,
  };
  return Object.fromEntries(Object.entries(all).map(([path, text]) => [`${folder}/${path}`, text]));
}

function readme(name: string, link: string, initializer: string): string {
  return [
    `# ${name}`,
    "",
    `[a link](${link})`,
    "",
    "```ts",
    `import { load } from "${name}";`,
    "",
    `const loads: number = ${initializer};`,
    "console.log(load, loads);",
    "```",
    "",
  ].join("\n");
}

const files = {
  "README.md": "# Two packages\n",
  "package.json": '{ "private": true }',
  "pnpm-workspace.yaml": "packages: [packages/*, apps/*]\n",
  ".changeset/config.json":
    '{ "changelog": "@changesets/cli/changelog", "access": "public", "baseBranch": "main" }',
  ".changeset/first.md": '---\n"@sdtt/faulty": patch\n"@sdtt/whole": patch\n---\n\nThe first release.\n',
  ...packageFiles(
    "packages/faulty",
    { "README.md": readme("@sdtt/faulty", "gone.md", '"one"'), "dist/left-out.js": "" },
    'export const load = () => import("./left-out.js");\nexport const use = () => import("undeclared");\n',
  ),
  ...packageFiles(
    "apps/whole",
    { "README.md": readme("@sdtt/whole", "dist", "1"), "dist/part.js": "" },
    'export const load = () => import("./part.js");\n',
  ),
};

test("a rehearsal names each fault of a package in one line, and none of a whole one", async () => {
  await using folder = await temporaryDirectory();
  const root = join(folder.path, "root");
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await runOrThrow("git", ["init", "--quiet"], { cwd: root });

  const failures: string[] = [];
  const measured: string[] = [];
  const directory = join(folder.path, "rehearsal");
  for await (const event of rehearse({ root, directory, managers: ["npm", "pnpm"] })) {
    if (event.kind === "failure") failures.push(`${event.package}: ${event.failure}`);
    if (event.kind === "measured") measured.push(event.package);
  }
  const expected = ["npm", "pnpm"].flatMap((manager) =>
    [
      "dist/left-out.js is missing from the tarball; dist/index.js uses it",
      "uses undeclared and does not declare it (dist/index.js)",
      ...["5.9", "7"].map(
        (release) =>
          `an example does not compile with TypeScript ${release}: ` +
          "packages/faulty/README.md:8: error TS2322: Type 'string' is not assignable to type 'number'.",
      ),
    ].map((fault) => `@sdtt/faulty (${manager}): ${fault}`),
  );
  expect(failures).toEqual([
    "@sdtt/faulty: a link leads nowhere: packages/faulty/README.md:3: gone.md",
    ...expected,
  ]);
  expect(measured).toEqual(["@sdtt/whole"]);
}, 1_800_000);
