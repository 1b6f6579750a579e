// What needs nothing of Node runs in a browser: each such package is bundled with Vite and does in Chromium what it does here.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { findChromium } from "@sdtt/testing/find-chromium";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findPublicPackages, repository } from "../public-packages.ts";
import { bundleProgram } from "./bundle-program.ts";
import type { BrowserBundle } from "./bundle-program.ts";

const programs = join(import.meta.dirname, "programs");
const names = (await readdir(programs)).map((file) => basename(file, ".ts"));

interface Program {
  run(): Promise<unknown>;
}

test("every package that is tagged as pure has a program, and so have two that read and write nothing", async () => {
  const pure: string[] = [];
  for (const { folder } of await findPublicPackages()) {
    const { tags } = JSON.parse(await readFile(join(repository, folder, "turbo.json"), "utf8")) as {
      tags: string[];
    };
    if (tags.includes("pure")) pure.push(basename(folder));
  }
  expect(names.toSorted()).toEqual([...pure, "eval", "report"].toSorted());
});

test("a module of Node in a bundle would be noticed", async () => {
  await using folder = await temporaryDirectory();
  const file = join(folder.path, "program.ts");
  await writeFile(
    file,
    'import { join } from "node:path";\nexport const run = async () => join("a", "b");\n',
  );
  expect((await bundleProgram(file)).nodeModules).toEqual([expect.stringContaining("node:path")]);
});

const executablePath = findChromium();
const title = "in Chromium, from a bundle without a module of Node";
describe.skipIf(!executablePath)(
  executablePath ? title : `${title}: there is none on this machine; install one or set SDTT_CHROMIUM`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: executablePath!,
        args: ["--no-sandbox", "--disable-gpu"],
      });
    }, 120_000);
    afterAll(() => browser?.close());

    test.each(names)(
      "%s does what it does in Node",
      async (name) => {
        const file = join(programs, `${name}.ts`);
        const bundle = await bundleProgram(file);
        expect(bundle.nodeModules).toEqual([]);
        const { run } = (await import(file)) as Program;
        expect(await runInBrowser(browser, bundle)).toEqual(await run());
      },
      180_000,
    );
  },
);

/** Runs a bundle in a page of its own that has the bundle's files and nothing else. */
async function runInBrowser(browser: Browser, { files }: BrowserBundle): Promise<unknown> {
  // On a screen of one pixel to the unit, Plot draws half a pixel aside; in Node it never does.
  const page = await browser.newPage({ deviceScaleFactor: 2 });
  try {
    await page.route("**/*", (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      if (name === "") return route.fulfill({ contentType: "text/html", body: "<!doctype html>" });
      const body = files.get(name);
      if (body === undefined) return route.abort();
      return route.fulfill({ contentType: "text/javascript", body });
    });
    await page.goto("http://localhost/");
    return await page.evaluate('import("/program.js").then(({ run }) => run())');
  } finally {
    await page.close();
  }
}
