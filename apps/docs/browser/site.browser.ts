import type { BrowserContextOptions, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { listPages, root } from "../src/pages.ts";
import { findViolations } from "./find-violations.ts";
import { useSite } from "./open-site.ts";

const site = useSite();

const wide = { width: 1280, height: 900 };
const looks = {
  light: { colorScheme: "light", viewport: wide },
  dark: { colorScheme: "dark", viewport: wide },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 } },
  "dark phone": { colorScheme: "dark", viewport: { width: 320, height: 640 } },
} as const satisfies Readonly<Record<string, BrowserContextOptions>>;
// The theme's own parts are the same on every page: these have all of them.
const whole = ["/", "/overview", "/guides/sampler", "/mathematics", "/results", "/api/core"];

/** How far the page can be scrolled sideways, in pixels. */
const overflow = (page: Page) =>
  page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

describe.each(Object.entries(looks))("%s", (_, look) => {
  test.each(whole)("axe finds nothing in %s, and it does not scroll sideways", async (path) => {
    const page = await site.open(path, { ...look, reducedMotion: "reduce" });
    expect(await findViolations(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
  });
});

// The API's pages are made alike by typedoc.
const written = [...listPages(root).values()].filter((route) => !route.startsWith("api/"));

test.each(["api/", ...written.filter((route) => route !== "index")])(
  "axe finds nothing in the text of /%s, wide or narrow, light or dark",
  async (route) => {
    const page = await site.open(`/${route}`, { reducedMotion: "reduce" });
    for (const { colorScheme, viewport } of [looks.light, looks["dark phone"]]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      expect(await findViolations(page, ".vp-doc")).toEqual([]);
      expect(await overflow(page)).toBe(0);
    }
  },
);

test("a search leads to the page and the place in it", async () => {
  const page = await site.open("/");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("searchbox").fill("unigram entropy");
  await page.locator("#localsearch-list a").first().waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => new URL(page.url()).hash).not.toBe("");
  // The address changes before the page does.
  await expect.poll(() => page.locator(".vp-doc").textContent()).toMatch(/unigram entropy/i);
});

test("equations are in the page as it was built, without a script", async () => {
  const page = await site.open("/mathematics", { javaScriptEnabled: false });
  expect(await page.locator(".katex-display").count()).toBeGreaterThan(8);
  expect(await page.locator(".katex-error").count()).toBe(0);
});

test("a guide shows the program that it links to", async () => {
  const page = await site.open("/guides/sampler");
  expect(await page.locator(".vp-doc pre").allTextContents()).toContainEqual(
    expect.stringContaining("async function* sampleByThreshold"),
  );
});
