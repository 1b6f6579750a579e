import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { expectDone } from "./pages.ts";
import { useStaticSite } from "./static-site.ts";

// Else a measurement of memory waits for the browser's next collection, up to a minute.
const site = useStaticSite({ args: ["--enable-blink-features=ForceEagerMeasureMemory"] });

test("memory is flat over a hundred texts", async () => {
  const { page } = site;
  await page.goto(`${site.host.url}#text=It+was&steps=3&length=32`);
  await expectDone(page);
  let written = 0;
  const writeTexts = async (count: number): Promise<void> => {
    for (const end = written + count; written < end; written++) {
      const beginning = `The ${written}th of them`;
      await site.write(beginning);
      await expect.poll(site.shownText).toMatch(new RegExp(`^${beginning}`));
    }
  };
  // What is made once is made by then: code, plans of memory, the longest buffers.
  await writeTexts(10);
  const before = await memoryOf(page);
  await writeTexts(100);
  const after = await memoryOf(page);
  expect(before).toBeGreaterThan(50e6);
  expect(after).toBeLessThan(before + 3e6);
}, 900_000);

test("the worker and its threads end with the page", async () => {
  await site.context.addInitScript("Object.defineProperty(navigator, 'hardwareConcurrency', { value: 4 })");
  const session = await site.browser.newBrowserCDPSession();
  const workers = async (): Promise<number> => {
    const { targetInfos } = await session.send("Target.getTargets");
    return targetInfos.filter(({ type }) => type === "worker").length;
  };
  await site.page.goto(`${site.host.url}#text=It+was&steps=512&length=256`);
  await site.page.locator(".token.written").first().waitFor();
  // The worker, and a thread at least: the page is isolated.
  expect(await workers()).toBeGreaterThan(1);
  await site.page.goto("about:blank");
  await expect.poll(workers, { timeout: 30_000 }).toBe(0);
  await site.page.goBack();
  await site.page.locator(".token.written").first().waitFor();
  await site.page.close();
  await expect.poll(workers, { timeout: 30_000 }).toBe(0);
});

/** Bytes of the page and its worker, JavaScript and WebAssembly, after what nobody holds has been collected. */
async function memoryOf(page: Page): Promise<number> {
  const measure = "performance.measureUserAgentSpecificMemory().then(({ bytes }) => bytes)";
  return page.evaluate<number>(measure);
}
