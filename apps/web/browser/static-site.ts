import { findChromium } from "@sdtt/testing/find-chromium";
import { serveStatic } from "@sdtt/testing/serve-static";
import type { StaticHost } from "@sdtt/testing/serve-static";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, vi } from "vitest";
import { buildStaticPage } from "../static/build.ts";
import { launchBrowser } from "./open-scene.ts";
import { expectDone } from "./pages.ts";

/** The page without a server for the tests of a file, each with a host and a window of its own. */
export interface StaticSite {
  readonly browser: Browser;
  readonly host: StaticHost;
  readonly context: BrowserContext;
  readonly page: Page;
  /** Opens another window in the place of the test's. */
  open(look?: BrowserContextOptions): Promise<void>;
  /** Puts another host in the place of the test's; it serves the page unless given a folder. */
  serve(options?: { readonly folder?: string; readonly isIsolated?: boolean }): Promise<void>;
  /** Waits for the model. */
  ready(): Promise<void>;
  write(text: string): Promise<void>;
  /** What stands there as the first model's text. */
  shownText(): Promise<string | null>;
}

/** Skips the tests where there is no browser. @param options.args of the browser, beside the usual ones. */
export function useStaticSite({ args }: { readonly args?: readonly string[] } = {}): StaticSite {
  // Each test loads the engine and a model, some of them two or three times.
  vi.setConfig({ testTimeout: 240_000 });
  const executablePath = findChromium();
  let built: string;
  let browser: Browser;
  let host: StaticHost;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    if (!executablePath) return;
    built = await buildStaticPage();
    browser = await launchBrowser(executablePath, args);
  }, 180_000);
  afterAll(() => browser?.close());
  beforeEach(async (test) => {
    test.skip(!executablePath, "There is no Chromium on this machine: install one or set SDTT_CHROMIUM.");
    host = await serveStatic(built);
    await site.open();
    return async () => {
      await context.close();
      await host[Symbol.asyncDispose]();
    };
  });

  const site: StaticSite = {
    get browser() {
      return browser;
    },
    get host() {
      return host;
    },
    get context() {
      return context;
    },
    get page() {
      return page;
    },
    async open(look = {}) {
      await context?.close();
      const usual = { viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" } as const;
      context = await browser.newContext({ ...usual, ...look });
      context.setDefaultTimeout(120_000);
      page = await context.newPage();
    },
    async serve({ folder = built, ...options } = {}) {
      await host[Symbol.asyncDispose]();
      host = await serveStatic(folder, options);
    },
    ready: () =>
      page.getByRole("button", { name: "Write", exact: true }).and(page.locator(":enabled")).waitFor(),
    async write(text) {
      await page.getByRole("textbox", { name: "Text" }).fill(text);
      await page.getByRole("button", { name: "Write", exact: true }).click();
      await expectDone(page);
    },
    shownText: () => page.locator(".tokens").first().textContent(),
  };
  return site;
}
