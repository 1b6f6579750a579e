import { describe, expect, test } from "vitest";
import { expectDone } from "./pages.ts";
import { useStaticSite } from "./static-site.ts";

// SwiftShader, Chromium's WebGPU device in software: it shows what computes, not how fast.
const site = useStaticSite({
  args: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"],
});
const { ready, write, shownText } = site;

const details = () => site.page.locator(".local");

describe("what computes", () => {
  test("is another device when asked for; a text that is being written is finished on the first", async () => {
    await site.page.goto(`${site.host.url}#text=It+was&steps=64&length=64&seed=3`);
    await site.page.locator(".token.written").first().waitFor();
    await details().locator("summary").click();
    await site.page.getByLabel("WebGPU").check();
    await expectDone(site.page);
    const before = await shownText();
    await expect.poll(() => details().textContent(), { timeout: 120_000 }).toMatch(/deviceWebGPU/);
    expect(await details().textContent()).toMatch(/model8\.5 MB.*engine41\.2 MB/);
    // In software it is slow.
    await site.page.getByRole("slider", { name: "Steps", exact: true }).fill("2");
    await site.page.getByRole("slider", { name: "Length", exact: true }).fill("16");
    await write("Once upon a time");
    expect(await shownText()).toMatch(/^Once upon a time.+\w/);
    await site.page.getByLabel("WebAssembly").check();
    await expect.poll(() => details().textContent(), { timeout: 120_000 }).toMatch(/deviceWebAssembly/);
    await site.page.goto("about:blank");
    await site.page.goto(`${site.host.url}#text=It+was&steps=64&length=64&seed=3`);
    await ready();
    await expectDone(site.page);
    expect(await shownText()).toBe(before);
  });

  test("stays as it is where a GPU does not start, with the reason", async () => {
    await site.page.addInitScript("navigator.gpu.requestAdapter = async () => null");
    await site.page.goto(site.host.url);
    await ready();
    await details().locator("summary").click();
    await site.page.getByLabel("WebGPU").check();
    await expect
      .poll(() => details().textContent(), { timeout: 120_000 })
      .toMatch(/deviceWebAssembly.*The device webgpu is not available: .+ The model runs in WebAssembly/);
    await write("It was");
  });
});
