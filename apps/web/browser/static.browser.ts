import { AxeBuilder } from "@axe-core/playwright";
import { findChromium } from "@sdtt/testing/find-chromium";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { buildStaticPage } from "../static/build.ts";
import { looks, nameOf } from "./looks.ts";
import { launchBrowser } from "./open-scene.ts";
import { expectDone } from "./pages.ts";
import { serveStatic } from "./serve-static.ts";
import type { StaticHost } from "./serve-static.ts";

// Each test loads the engine and a model, some of them two or three times.
vi.setConfig({ testTimeout: 240_000 });

const executablePath = findChromium();
const weights = "/models/student/model.safetensors";
let folder: string;
let browser: Browser;
let host: StaticHost;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  if (!executablePath) return;
  folder = await buildStaticPage();
  browser = await launchBrowser(executablePath);
}, 180_000);
afterAll(() => browser?.close());

beforeEach(async (test) => {
  test.skip(!executablePath, "There is no Chromium on this machine: install one or set SDTT_CHROMIUM.");
  host = await serveStatic(folder);
  await open();
  return async () => {
    await context.close();
    await host[Symbol.asyncDispose]();
  };
});

async function open(look: BrowserContextOptions = {}): Promise<void> {
  await context?.close();
  const usual = { viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" } as const;
  context = await browser.newContext({ ...usual, ...look });
  context.setDefaultTimeout(120_000);
  page = await context.newPage();
}

async function ready(): Promise<void> {
  await page.getByRole("button", { name: "Write", exact: true }).and(page.locator(":enabled")).waitFor();
}

async function write(text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Text" }).fill(text);
  await page.getByRole("button", { name: "Write", exact: true }).click();
  await expectDone(page);
}

const shownText = () => page.locator(".tokens").first().textContent();
const details = async () => {
  await page.locator(".local:not([open]) summary").click();
  return page.locator(".local").textContent();
};

describe("the page without a server", () => {
  test("continues a text, with the seed that the address tells", async () => {
    await page.goto(host.url);
    await ready();
    await write("Once upon a time");
    const before = await shownText();
    expect(before).toMatch(/^Once upon a time/);
    await page.goto("about:blank");
    await page.goto(`${host.url}#text=Once+upon+a+time&seed=20&steps=16&length=64`);
    await expectDone(page);
    expect(await shownText()).toBe(before);
    expect(await page.locator(".token.masked").count()).toBe(0);
  });

  test("fills gaps, and moves through the steps", async () => {
    await page.goto(host.url);
    await ready();
    await write("Lily saw a <mask:2> and it was <mask:3>.");
    expect(await shownText()).toMatch(/^Lily saw a .+ and it was .+\.$/);
    await page.getByLabel("Step", { exact: true }).fill("0");
    await expect.poll(() => page.locator(".token.masked").count()).toBe(5);
  });

  test("has two models write side by side", async () => {
    await page.goto(host.url);
    await ready();
    await page.getByLabel("Beside it").selectOption("tiny:teacher");
    await write("It was");
    expect(await page.locator(".panel").count()).toBe(2);
    expect(await page.getByText("16 passes").count()).toBe(2);
    expect(await details()).toContain("model16.9 MB");
  });

  test("stops, and writes again", async () => {
    await page.goto(`${host.url}#text=It+was&steps=512&length=256`);
    await page.locator(".token.written").first().waitFor();
    await page.getByRole("button", { name: "Stop" }).first().click();
    expect(await page.getByRole("status").textContent()).toBe("Stopped.");
    await page.goto("about:blank");
    await page.goto(`${host.url}#text=It+was&steps=8&length=32`);
    await expectDone(page);
  });

  test("loads an engine of at most 15 MB beside the model, and that with WebGPU only on demand", async () => {
    const sizes = new Map<string, number>();
    page.on("response", async (response) => {
      const { pathname } = new URL(response.url());
      sizes.set(pathname, Number(response.headers()["content-length"] ?? 0));
    });
    await page.goto(host.url);
    await ready();
    const engine = [...sizes].filter(([path]) => /\/(ort|worker)[^/]*\.(js|wasm)$/.test(path));
    expect(engine.length).toBeGreaterThan(2);
    expect(engine.reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(15e6);
    expect([...sizes.keys()].filter((path) => /webgpu|asyncify/.test(path))).toEqual([]);
  });

  test("says what is loaded and what computes", async () => {
    await page.goto(host.url);
    await ready();
    expect(await details()).toMatch(/model8\.5 MB.*engine14\.3 MB.*deviceWebAssembly/);
  });
});

describe("after the first visit", () => {
  const settled = async () => {
    await page.goto(host.url);
    await ready();
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await expect.poll(() => page.evaluate<boolean>("navigator.serviceWorker.controller !== null")).toBe(true);
  };

  test("it writes without a network", async () => {
    await settled();
    await write("It was");
    const before = await shownText();
    await host[Symbol.asyncDispose]();
    host = await serveStatic("/nowhere");
    await page.reload();
    await ready();
    await write("It was");
    expect(await shownText()).toBe(before);
  });

  test("the weights are not fetched again", async () => {
    await settled();
    host.requests.length = 0;
    await page.reload();
    await ready();
    expect(host.requests.filter((request) => request.includes(".safetensors"))).toEqual([]);
  });

  test("it can be installed", async () => {
    await settled();
    const session = await context.newCDPSession(page);
    const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
    // Private windows, such as those of tests, install nothing.
    expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(["in-incognito"]);
  });

  test("it has threads on a host that sends no headers; at first it says why there is one", async () => {
    await host[Symbol.asyncDispose]();
    host = await serveStatic(folder, { isIsolated: false });
    await settled();
    expect(await details()).toMatch(/one thread.*not cross-origin isolated, so the model runs on one thread/);
    await page.reload();
    await ready();
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
    expect(await details()).toMatch(/WebAssembly, \d+ threads/);
  });
});

describe("what goes wrong", () => {
  const alert = () => page.getByRole("alert").textContent();

  test("a download that breaks is resumed where it was", async () => {
    host.breakOnce(weights, 3_000_000);
    await page.goto(host.url);
    await ready();
    const asked = host.requests.filter((request) => request.includes(weights));
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatch(/ bytes=\d{6,}-$/);
    await write("It was");
  });

  test("weights that were tampered with are told by their hash, and fetched again when asked to", async () => {
    const tampered = new Uint8Array(8_349_812).fill(7);
    host.replace(weights, tampered);
    await page.goto(host.url);
    await page.getByRole("alert").waitFor();
    expect(await alert()).toMatch(
      /^model\.safetensors is not the file that was published: its SHA-256 is [0-9a-f]{64}/,
    );
    host.replace(weights);
    await page.getByRole("button", { name: "Try again" }).click();
    await ready();
  });

  test("a model that is too large is refused before it is fetched, with what would fit", async () => {
    const files = [{ path: "model.safetensors", size: 3_452_000_000, sha256: "0".repeat(64) }];
    host.replace("/models/student/files.json", Buffer.from(JSON.stringify({ files })));
    await page.goto(host.url);
    await page.getByRole("alert").waitFor();
    expect(await alert()).toMatch(
      /takes about 6\.4 GiB in this page.*models of up to \d+ million parameters fit/,
    );
    expect(host.requests.some((request) => request.includes(weights))).toBe(false);
  });

  test.each([
    [
      "forbidden",
      "caches.open = () => Promise.reject(new DOMException('denied', 'SecurityError'))",
      /does not let this page keep the model/,
    ],
    [
      "full",
      "Cache.prototype.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'))",
      /no room to keep \d MB of the model/,
    ],
  ])("storage that is %s is told, and the page writes", async (_, script, message) => {
    await page.addInitScript(script);
    await page.goto(host.url);
    await ready();
    expect(await details()).toMatch(message);
    await write("It was");
  });
});

describe("accessibility", () => {
  for (const look of looks) {
    test(`axe finds nothing: ${nameOf(look)}`, async () => {
      await open(look);
      const expectSound = async () => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
        const root = "document.documentElement";
        expect(await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`)).toBe(0);
      };
      await page.goto(host.url);
      await page.locator(".local").waitFor();
      await expectSound();
      await ready();
      await page.locator(".local summary").click();
      await page.getByRole("button", { name: "Write", exact: true }).click();
      await expectDone(page);
      await expectSound();
    });
  }
});
