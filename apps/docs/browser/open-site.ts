import { existsSync } from "node:fs";
import { join } from "node:path";
import { findChromium } from "@sdtt/testing/find-chromium";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";

const built = join(import.meta.dirname, "../dist");
const origin = "http://site.test";

/** The built site in a browser, without a server: each request is answered from its files, and any other fails the test. */
export function useSite(): { open(path: string, look?: BrowserContextOptions): Promise<Page> } {
  const executablePath = findChromium();
  const opened: Page[] = [];
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (!existsSync(built)) throw new Error(`There is no site in ${built}: build it first.`);
    if (executablePath)
      browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  });
  afterAll(() => browser?.close());
  beforeEach((context) => {
    context.skip(!executablePath, "There is no Chromium on this machine: install one or set SDTT_CHROMIUM.");
    return async () => {
      await Promise.all(opened.splice(0).map((page) => page.context().close()));
    };
  });

  return {
    async open(path, look = {}) {
      const context = await browser!.newContext({ viewport: { width: 1280, height: 900 }, ...look });
      await context.route("**/*", (route) => {
        const { origin: asked, pathname } = new URL(route.request().url());
        const file = fileOf(pathname);
        if (asked !== origin || !existsSync(file))
          expect.unreachable(`a request for ${route.request().url()}`);
        return route.fulfill({ path: file });
      });
      const page = await context.newPage();
      opened.push(page);
      page.setDefaultTimeout(30_000);
      page.on("pageerror", (error) => expect.unreachable(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") expect.unreachable(message.text());
      });
      await page.goto(origin + path, { waitUntil: "networkidle" });
      return page;
    },
  };
}

/** What a host of static files gives for a path. */
function fileOf(pathname: string): string {
  if (pathname.endsWith("/")) return join(built, pathname, "index.html");
  return join(built, /\.\w+$/.test(pathname) ? pathname : `${pathname}.html`);
}
