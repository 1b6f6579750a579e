// The pictures of the documentation, from real runs: `pnpm --filter @sdtt/web photograph`.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { findChromium } from "@sdtt/testing/find-chromium";
import type { BrowserContextOptions } from "playwright-core";
import { toFragment } from "../src/state/permalink.ts";
import { defaultSettings } from "../src/state/settings.ts";
import type { Settings } from "../src/state/settings.ts";
import { openScene } from "./open-scene.ts";
import type { Scene } from "./open-scene.ts";

interface Picture extends BrowserContextOptions {
  readonly name: string;
  readonly settings: Partial<Settings>;
  /** The step to show. */
  readonly step: number;
}

const pictures: Picture[] = [
  {
    name: "page",
    viewport: { width: 1280, height: 900 },
    colorScheme: "light",
    settings: { length: 96, seed: 7 },
    step: 10,
  },
  {
    name: "page-compare",
    viewport: { width: 1280, height: 900 },
    colorScheme: "dark",
    settings: { length: 96, steps: 8, seed: 20, beside: "tiny:teacher" },
    step: 6,
  },
  {
    name: "page-phone",
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    colorScheme: "dark",
    settings: { length: 96, seed: 9 },
    step: 10,
  },
];

const executablePath = findChromium();
if (!executablePath)
  throw new Error("There is no Chromium on this machine: install one or set SDTT_CHROMIUM.");
await using scene = await openScene({ executablePath, names: ["tiny", "tiny:teacher"] });
for (const picture of pictures) {
  const file = new URL(`../../../docs/images/${picture.name}.webp`, import.meta.url);
  await writeFile(fileURLToPath(file), await photograph(scene, picture));
}

async function photograph({ browser, url }: Scene, { settings, step, ...look }: Picture): Promise<Buffer> {
  const context = await browser.newContext({ ...look, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(`${url}/#${toFragment({ ...defaultSettings, ...settings })}`);
  await page.getByRole("status").filter({ hasText: "Done" }).waitFor({ state: "attached" });
  const scrubber = page.getByRole("slider", { name: "Step", exact: true });
  await scrubber.fill(String(step));
  await scrubber.blur();
  await page.locator(".token.written").nth(8).hover();
  const session = await context.newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 82 });
  await context.close();
  return Buffer.from(data, "base64");
}
