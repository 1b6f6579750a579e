import { execFile } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { temporaryDirectory } from "@sdtt/testing";
import { findChromium } from "@sdtt/testing/find-chromium";
import { tinyModelFolder } from "@sdtt/tiny";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { build, defaultClientConditions, preview } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const folder = join(import.meta.dirname, "..");
const executablePath = findChromium();
const title = "in Chromium";
describe.skipIf(!executablePath)(
  executablePath ? title : `${title}: there is none on this machine; install one or set SDTT_CHROMIUM`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: executablePath!,
        args: ["--no-sandbox", "--disable-gpu"],
      });
    });
    afterAll(() => browser?.close());

    /** A page of a folder of files. */
    async function open(outDir: string, look: (page: Page) => Promise<void>): Promise<void> {
      const config = join(folder, "browser-vite/vite.config.js");
      const server = await preview({
        configFile: config,
        root: outDir,
        logLevel: "error",
        build: { outDir },
        preview: { port: 0, host: "127.0.0.1" },
      });
      const page = await browser.newPage();
      try {
        page.setDefaultTimeout(90_000);
        await page.goto(server.resolvedUrls!.local[0]!);
        await look(page);
      } finally {
        await page.close();
        await server.close();
      }
    }

    test("a plain script writes a text", async () => {
      await using site = await temporaryDirectory();
      await cp(join(folder, "browser-script"), site.path, { recursive: true });
      await cp(tinyModelFolder("student"), join(site.path, "model"), { recursive: true });
      const manifest = createRequire(import.meta.url).resolve("@sdtt/browser/package.json");
      const bundler = join(dirname(manifest), "build/standalone.ts");
      await promisify(execFile)(process.execPath, [
        "--conditions=@sdtt/source",
        bundler,
        join(site.path, "sdtt"),
      ]);
      await open(site.path, async (page) => {
        await page.locator("[data-state=done]").waitFor();
        expect(await page.locator("#text").textContent()).toMatch(/^Once upon a time[^_]+$/);
      });
    }, 180_000);

    test("a form of Vite's fills its gaps", async () => {
      await using site = await temporaryDirectory();
      const root = join(folder, "browser-vite");
      const outDir = join(site.path, "dist");
      await build({
        configFile: join(root, "vite.config.js"),
        root,
        logLevel: "error",
        resolve: { conditions: ["@sdtt/source", ...defaultClientConditions] },
        build: { outDir },
      });
      await mkdir(join(outDir, "model"), { recursive: true });
      await cp(tinyModelFolder("student"), join(outDir, "model"), { recursive: true });
      await open(outDir, async (page) => {
        await page.getByRole("button", { name: "Fill" }).click();
        await page.getByText(/^Lily saw a .+ and it was .+\.$/).waitFor();
        expect(await page.locator("#text").textContent()).not.toContain("mask");
      });
    }, 180_000);
  },
);
