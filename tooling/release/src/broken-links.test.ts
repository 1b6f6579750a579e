import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { brokenLinks } from "./broken-links.ts";

test("names relative links that lead nowhere, with their lines", async () => {
  await using folder = await temporaryDirectory();
  await mkdir(join(folder.path, "docs"));
  await writeFile(join(folder.path, "docs/page.md"), "# A page, of `code`!\n");
  const readme = [
    "# Title",
    "[whole](docs/page.md), [folder](docs), [heading](docs/page.md#a-page-of-code), [own](#title)",
    "[gone](docs/gone.md) and ![picture](docs/gone.png)",
    "[no heading](docs/page.md#gone)",
    '<img src="docs/none.webp">',
    "[elsewhere](https://example.com/gone) and `[code](gone.md)`",
    "```md",
    "[in a block](gone.md)",
    "```",
  ];
  await writeFile(join(folder.path, "README.md"), readme.join("\n"));
  expect(await brokenLinks(folder.path, "README.md")).toEqual([
    "README.md:3: docs/gone.md",
    "README.md:3: docs/gone.png",
    "README.md:4: docs/page.md#gone",
    "README.md:5: docs/none.webp",
  ]);
});
