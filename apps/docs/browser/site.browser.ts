import { AxeBuilder } from "@axe-core/playwright";
import type { BrowserContextOptions } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useSite } from "./open-site.ts";

const site = useSite();

const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 } },
  "dark phone": { colorScheme: "dark", viewport: { width: 320, height: 640 } },
};
const paths = ["/", "/overview", "/guides/sampler", "/mathematics", "/results", "/api/core"];

describe.each(Object.entries(looks))("%s", (_, look) => {
  test.each(paths)("axe finds nothing in %s, and it does not scroll sideways", async (path) => {
    const page = await site.open(path, { ...look, reducedMotion: "reduce" });
    // The theme's search button shows its keys, which are not in its name.
    const axe = new AxeBuilder({ page }).disableRules(["label-content-name-mismatch"]);
    const { violations } = await axe.analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    const root = "document.documentElement";
    expect(await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`)).toBe(0);
  });
});

test("a search leads to the page and the place in it", async () => {
  const page = await site.open("/");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("searchbox").fill("unigram entropy");
  await page.locator("#localsearch-list a").first().waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => new URL(page.url()).hash).not.toBe("");
  expect(await page.locator(".vp-doc").textContent()).toMatch(/unigram entropy/i);
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
