import { findChromium } from "@sdtt/testing/find-chromium";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { openScene } from "./open-scene.ts";
import type { Scene } from "./open-scene.ts";

interface PageOptions extends BrowserContextOptions {
  /** Of the address, with its `#`. */
  readonly fragment?: string;
  /** Errors of the console that a test brings about itself. */
  readonly mayComplain?: boolean;
  /** Before the page is opened. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** The pages of a test file: one server and browser for all of its tests, which are skipped where there is no browser. */
export interface Pages {
  readonly url: string;
  /** A page that is ready to write; whatever it complains of fails the test. Closed when the test ends. */
  open(options?: PageOptions): Promise<Page>;
}

export function usePages(names: readonly string[]): Pages {
  const executablePath = findChromium();
  const opened: Page[] = [];
  let scene: Scene;
  beforeAll(async () => {
    if (executablePath) scene = await openScene({ executablePath, names });
  });
  afterAll(() => scene?.[Symbol.asyncDispose]());
  beforeEach((context) => {
    context.skip(!executablePath, "There is no Chromium on this machine: install one or set SDTT_CHROMIUM.");
    return async () => {
      await Promise.all(opened.splice(0).map((page) => page.context().close()));
    };
  });
  return {
    get url() {
      return scene.url;
    },
    async open({ fragment = "", mayComplain, prepare, ...look } = {}) {
      const context = await scene.browser.newContext({ viewport: { width: 1280, height: 900 }, ...look });
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      opened.push(page);
      page.on("pageerror", (error) => expect.unreachable(error.message));
      page.on("console", (message) => {
        if (message.type() === "error" && !mayComplain) expect.unreachable(message.text());
      });
      await prepare?.(page);
      await page.goto(`${scene.url}/${fragment}`);
      await page.getByRole("button", { name: "Another" }).and(page.locator(":enabled")).waitFor();
      return page;
    },
  };
}

export async function expectDone(page: Page): Promise<void> {
  await expect.poll(() => page.getByRole("status").textContent(), { timeout: 120_000 }).toMatch(/^Done/);
}
