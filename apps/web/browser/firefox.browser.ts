import { findFirefox } from "@sdtt/testing/find-firefox";
import { serveStatic } from "@sdtt/testing/serve-static";
import type { StaticHost } from "@sdtt/testing/serve-static";
import { launch } from "puppeteer-core";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildStaticPage } from "../static/build.ts";

const executablePath = findFirefox();
const title = "in Firefox";

// Through WebDriver BiDi, which a stock Firefox speaks: Playwright drives only a build of its own.
describe.skipIf(!executablePath)(
  executablePath ? title : `${title}: there is none on this machine; install one or set SDTT_FIREFOX`,
  () => {
    let browser: Browser;
    let host: StaticHost;
    let page: Page;
    beforeAll(async () => {
      host = await serveStatic(await buildStaticPage());
      browser = await launch({
        browser: "firefox",
        executablePath: executablePath!,
        extraPrefsFirefox: { "ui.prefersReducedMotion": 1 },
      });
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await host?.[Symbol.asyncDispose]();
    });
    beforeEach(async () => {
      page = await browser.newPage();
      page.setDefaultTimeout(120_000);
      return () => page.close();
    });

    const textOf = (selector: string) => page.$eval(selector, (element) => element.textContent);
    const untilDone = () =>
      page.waitForFunction('document.querySelector("[role=status]").textContent.startsWith("Done")');

    test("the page writes a text, with threads", async () => {
      await page.goto(`${host.url}#text=Once+upon+a+time&seed=20&steps=8&length=64`);
      await untilDone();
      expect(await textOf(".tokens")).toMatch(/^Once upon a time./);
      expect(await page.$$(".token.masked")).toEqual([]);
      expect(await page.$$("[role=alert]")).toEqual([]);
      await page.click(".local summary");
      expect(await textOf(".local")).toMatch(/WebAssembly, (\d+ threads|one thread)/);
    }, 240_000);

    test("it fills gaps without a network, after the first visit", async () => {
      await page.goto(host.url);
      await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
      await page.waitForFunction("navigator.serviceWorker.controller !== null");
      await host[Symbol.asyncDispose]();
      await page.goto("about:blank");
      await page.goto(`${host.url}#text=Lily+saw+a+%3Cmask%3A2%3E+and+it+was+%3Cmask%3A3%3E.`);
      await untilDone();
      expect(await textOf(".tokens")).toMatch(/^Lily saw a .+ and it was .+\.$/);
    }, 240_000);
  },
);
