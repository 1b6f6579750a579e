import { AxeBuilder } from "@axe-core/playwright";
import { describe, expect, test } from "vitest";
import { firstExample } from "../src/content.ts";
import { looks, nameOf } from "./looks.ts";
import { expectDone } from "./pages.ts";
import { useStaticSite } from "./static-site.ts";

const site = useStaticSite();
const { ready, write, shownText } = site;
const weights = "/models/student/model.safetensors";

const details = async () => {
  await site.page.locator(".local:not([open]) summary").click();
  return site.page.locator(".local").textContent();
};

describe("the page without a server", () => {
  test("continues a text, with the seed that the address tells", async () => {
    await site.page.goto(site.host.url);
    await ready();
    await write("Once upon a time");
    const before = await shownText();
    expect(before).toMatch(/^Once upon a time/);
    await site.page.goto("about:blank");
    await site.page.goto(
      `${site.host.url}#text=Once+upon+a+time&seed=${firstExample.seed}&steps=16&length=64`,
    );
    await expectDone(site.page);
    expect(await shownText()).toBe(before);
    expect(await site.page.locator(".token.masked").count()).toBe(0);
  });

  test("fills gaps, and moves through the steps", async () => {
    await site.page.goto(site.host.url);
    await ready();
    await write("Lily saw a <mask:2> and it was <mask:3>.");
    expect(await shownText()).toMatch(/^Lily saw a .+ and it was .+\.$/);
    await site.page.getByLabel("Step", { exact: true }).fill("0");
    await expect.poll(() => site.page.locator(".token.masked").count()).toBe(5);
  });

  test("has two models write side by side", async () => {
    await site.page.goto(site.host.url);
    await ready();
    await site.page.getByLabel("Beside it").selectOption("tiny:teacher");
    await write("It was");
    expect(await site.page.locator(".panel").count()).toBe(2);
    expect(await site.page.getByText("24 passes").count()).toBe(2);
    expect(await details()).toContain("model16.9 MB");
  });

  test("writes under guidance, with two passes for each step, where words are given", async () => {
    const address = `${site.host.url}#text=It+was&steps=8&length=32&seed=3`;
    await site.page.goto(address);
    await expectDone(site.page);
    const unguided = await shownText();
    await site.page.goto("about:blank");
    await site.page.goto(`${address}&guidance=3`);
    await expectDone(site.page);
    expect(await shownText()).not.toBe(unguided);
    expect(await site.page.getByText("32 passes").count()).toBe(1);
    const guidance = site.page.getByLabel("Guidance");
    expect(await guidance.inputValue()).toBe("3");
    await site.page.getByRole("textbox", { name: "Text" }).fill("");
    expect(await guidance.isDisabled()).toBe(true);
  });

  test("stops, and writes again", async () => {
    await site.page.goto(`${site.host.url}#text=It+was&steps=512&length=256`);
    await site.page.locator(".token.written").first().waitFor();
    await site.page.getByRole("button", { name: "Stop" }).first().click();
    expect(await site.page.getByRole("status").textContent()).toBe("Stopped.");
    await site.page.goto("about:blank");
    await site.page.goto(`${site.host.url}#text=It+was&steps=8&length=32`);
    await expectDone(site.page);
  });

  test("loads an engine of at most 15 MB beside the model, and that with WebGPU only on demand", async () => {
    const sizes = new Map<string, number>();
    site.page.on("response", async (response) => {
      const { pathname } = new URL(response.url());
      sizes.set(pathname, Number(response.headers()["content-length"] ?? 0));
    });
    await site.page.goto(site.host.url);
    await ready();
    const engine = [...sizes].filter(([path]) => /\/(ort|worker)[^/]*\.(js|wasm)$/.test(path));
    expect(engine.length).toBeGreaterThan(2);
    expect(engine.reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(15e6);
    expect([...sizes.keys()].filter((path) => /webgpu|asyncify/.test(path))).toEqual([]);
  });

  test("says what is loaded and what computes", async () => {
    await site.page.goto(site.host.url);
    await ready();
    expect(await details()).toMatch(/model8\.5 MB.*engine14\.3 MB.*deviceWebAssembly/);
  });
});

describe("after the first visit", () => {
  const settled = async () => {
    await site.page.goto(site.host.url);
    await ready();
    await site.page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await expect
      .poll(() => site.page.evaluate<boolean>("navigator.serviceWorker.controller !== null"))
      .toBe(true);
  };

  test("it writes without a network", async () => {
    await settled();
    await write("It was");
    const before = await shownText();
    await site.serve({ folder: "/nowhere" });
    await site.page.reload();
    await ready();
    await write("It was");
    expect(await shownText()).toBe(before);
  });

  test("the weights are not fetched again", async () => {
    await settled();
    site.host.requests.length = 0;
    await site.page.reload();
    await ready();
    expect(site.host.requests.filter((request) => request.includes(".safetensors"))).toEqual([]);
  });

  test("it can be installed", async () => {
    await settled();
    const session = await site.context.newCDPSession(site.page);
    const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
    // Private windows, such as those of tests, install nothing.
    expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(["in-incognito"]);
  });

  test("it has threads on a host that sends no headers; at first it says why there is one", async () => {
    await site.context.addInitScript("Object.defineProperty(navigator, 'hardwareConcurrency', { value: 8 })");
    await site.serve({ isIsolated: false });
    await settled();
    expect(await details()).toMatch(/one thread.*not cross-origin isolated, so the model runs on one thread/);
    await site.page.reload();
    await ready();
    expect(await site.page.evaluate("crossOriginIsolated")).toBe(true);
    expect(await details()).toMatch(/WebAssembly, 4 threads/);
  });
});

describe("what goes wrong", () => {
  const alert = () => site.page.getByRole("alert").textContent();

  test("a download that breaks is resumed where it was", async () => {
    site.host.breakOnce(weights, 3_000_000);
    await site.page.goto(site.host.url);
    await ready();
    const asked = site.host.requests.filter((request) => request.includes(weights));
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatch(/ bytes=\d{6,}-$/);
    await write("It was");
  });

  test("weights that were tampered with are told by their hash, and fetched again when asked to", async () => {
    const tampered = new Uint8Array(8_349_812).fill(7);
    site.host.replace(weights, tampered);
    await site.page.goto(site.host.url);
    await site.page.getByRole("alert").waitFor();
    expect(await alert()).toMatch(
      /^model\.safetensors is not the file that was published: its SHA-256 is [0-9a-f]{64}/,
    );
    site.host.replace(weights);
    await site.page.getByRole("button", { name: "Try again" }).click();
    await ready();
  });

  test("a model that is too large is refused before it is fetched, with what would fit", async () => {
    const files = [{ path: "model.safetensors", size: 3_452_000_000, sha256: "0".repeat(64) }];
    site.host.replace("/models/student/files.json", Buffer.from(JSON.stringify({ files })));
    await site.page.goto(site.host.url);
    await site.page.getByRole("alert").waitFor();
    expect(await alert()).toMatch(
      /takes about 6\.4 GiB in this page.*models of up to \d+ million parameters fit/,
    );
    expect(site.host.requests.some((request) => request.includes(weights))).toBe(false);
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
    await site.page.addInitScript(script);
    await site.page.goto(site.host.url);
    await ready();
    expect(await details()).toMatch(message);
    await write("It was");
  });
});

describe("accessibility", () => {
  for (const look of looks) {
    test(`axe finds nothing: ${nameOf(look)}`, async () => {
      await site.open(look);
      const expectSound = async () => {
        const { violations } = await new AxeBuilder({ page: site.page }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
        const root = "document.documentElement";
        expect(await site.page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`)).toBe(0);
      };
      await site.page.goto(site.host.url);
      await site.page.locator(".local").waitFor();
      await expectSound();
      await ready();
      await site.page.locator(".local summary").click();
      await site.page.getByRole("button", { name: "Write", exact: true }).click();
      await expectDone(site.page);
      await expectSound();
    });
  }
});
