import { AxeBuilder } from "@axe-core/playwright";
import { findChromium } from "@sdtt/testing/find-chromium";
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { looks, nameOf } from "./looks.ts";
import { openScene } from "./open-scene.ts";
import { expectDone, usePages } from "./pages.ts";

const pages = usePages(["tiny", "tiny:teacher"]);
let page: Page;
beforeEach(async () => {
  page = await pages.open();
});

async function write(text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Text" }).fill(text);
  await page.getByRole("button", { name: "Write" }).click();
  await expectDone(page);
}

const texts = (page: Page) => page.locator(".token").allTextContents();
const count = (kind: string) => page.locator(`.token.${kind}`).count();

describe("writing", () => {
  test("a prompt is continued, and each token tells when it came and how likely it was", async () => {
    await write("It was");
    expect(await count("masked")).toBe(0);
    expect(await count("written")).toBeGreaterThan(50);
    await page.locator(".token.written").nth(3).hover();
    expect(await page.locator(".caption").textContent()).toMatch(
      /written in step \d+ with probability [\d.]+ %/,
    );
    expect(await page.locator(".figures").textContent()).toMatch(
      /written(\d+) of \1 tokens.*tokens\/s.*\d nats/,
    );
  });

  test("gaps are filled between words that stay where they were put", async () => {
    await write("The <mask:4> sat on the <mask:2>.");
    expect(await count("written")).toBe(6);
    const status = await page.getByRole("status").textContent();
    expect(status).toMatch(/: The [^]* sat on the [^]*\.$/);
  });

  test("what the server refuses is said in its words", async () => {
    await page.getByRole("textbox", { name: "Text" }).fill("The <mask:4000> sat.");
    page.removeAllListeners("console");
    await page.getByRole("button", { name: "Write" }).click();
    expect(await page.getByRole("alert").textContent()).toMatch(/holds at most 256 tokens/);
  });

  test("it can be stopped, by button and by key, and what was written stays", async () => {
    for (const stop of ["button", "key"]) {
      await page.goto(`${pages.url}/#text=It+was&length=256&steps=1024&seed=1`);
      await page.reload();
      await expect.poll(() => count("written"), { timeout: 30_000 }).toBeGreaterThan(0);
      if (stop === "key") await page.keyboard.press("Escape");
      else await page.getByRole("button", { name: "Stop", exact: true }).click();
      await expect.poll(() => page.getByRole("status").textContent()).toBe("Stopped.");
      const before = await count("written");
      expect(await count("masked")).toBeGreaterThan(0);
      await page.waitForTimeout(300);
      expect(await count("written")).toBe(before);
    }
    const queue = async () => (await fetch(`${pages.url}/metrics`)).text();
    await expect.poll(queue).toContain('sdtt_queue_texts{model="tiny"} 0');
  });
});

describe("the steps", () => {
  test("the scrubber goes back and forth through them, by keyboard too, and the text stays in its place", async () => {
    await write("It was");
    const scrubber = page.getByRole("slider", { name: "Step", exact: true });
    await scrubber.focus();
    const box = () => page.locator(".token").last().boundingBox();
    const end = await box();
    await page.keyboard.press("Home");
    expect(await count("written")).toBe(0);
    expect(await box()).toEqual(end);
    await page.keyboard.press("ArrowRight");
    const first = await count("written");
    expect(first).toBe(await page.locator(".token.fresh").count());
    expect(await scrubber.getAttribute("aria-valuetext")).toBe("step 1 of 24");
    await page.keyboard.press("End");
    expect(await count("masked")).toBe(0);
    expect(first).toBeLessThan(await count("written"));
  });

  test("they play by themselves", async () => {
    await write("It was");
    await page.getByRole("button", { name: "Play the steps" }).click();
    expect(await count("masked")).toBeGreaterThan(0);
    await expect.poll(() => count("masked"), { timeout: 20_000 }).toBe(0);
    await page.getByRole("button", { name: "Play the steps" }).waitFor();
  });

  test("arrows go from token to token", async () => {
    await write("It was");
    const list = page.getByRole("listbox", { name: "Tokens of tiny" });
    const active = () => list.getAttribute("aria-activedescendant");
    await list.focus();
    await page.keyboard.press("ArrowRight");
    expect(await active()).toBe("tokens-0-1");
    await page.keyboard.press("ArrowDown");
    expect(Number((await active())!.split("-")[2])).toBeGreaterThan(3);
    await page.keyboard.press("End");
    const last = list.getByRole("option", { selected: true });
    expect(await last.getAttribute("aria-label")).toMatch(/, step \d+, probability/);
  });
});

test("the order is the one that the model recommends; in another the same seed writes another text", async () => {
  const order = page.getByLabel("Order");
  await expect.poll(() => order.inputValue()).toBe("spread");
  await write("It was");
  const spread = await texts(page);
  await order.selectOption("random");
  await write("It was");
  expect(await texts(page)).not.toEqual(spread);
  await page.getByLabel("Sampler").selectOption("adaptive");
  expect(await order.count()).toBe(0);
});

test("a pair of models is exchanged, not parted, by picking the other one", async () => {
  const [model, beside] = [page.getByLabel(/^Model/), page.getByLabel("Beside it")];
  await beside.selectOption("tiny:teacher");
  await model.selectOption("tiny:teacher");
  expect([await model.inputValue(), await beside.inputValue()]).toEqual(["tiny:teacher", "tiny"]);
  await beside.selectOption("tiny:teacher");
  expect([await model.inputValue(), await beside.inputValue()]).toEqual(["tiny", "tiny:teacher"]);
});

test("two models write side by side, at the same steps", async () => {
  await page.getByLabel("Beside it").selectOption("tiny:teacher");
  await write("It was");
  expect(await page.locator(".panel h2").allTextContents()).toEqual([
    expect.stringMatching(/^tiny \d+ passes/),
    expect.stringMatching(/^tiny:teacher \d+ passes/),
  ]);
  // One seed: both write the same positions in the same steps, each in its own words.
  const panels = await Promise.all([0, 1].map((i) => page.locator(`#tokens-${i} .token`).allTextContents()));
  expect(panels[0]).toHaveLength(panels[1]!.length);
  expect(panels[0]).not.toEqual(panels[1]);
  const boxes = await Promise.all([0, 1].map((i) => page.locator(".panel").nth(i).boundingBox()));
  expect(boxes[1]!.x).toBeGreaterThan(boxes[0]!.x + boxes[0]!.width);
  await page.getByRole("slider", { name: "Step", exact: true }).fill("0");
  expect(await count("written")).toBe(0);
});

describe("a link", () => {
  test("writes the same text again", async () => {
    await page.getByRole("textbox", { name: "Text" }).fill("It was");
    await page.getByRole("button", { name: "Another" }).click();
    await expectDone(page);
    const before = await texts(page);
    await page.getByRole("button", { name: "Copy link" }).click();
    const link = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(link).toMatch(
      /#text=It\+was&length=64&steps=16&order=spread&correctorSteps=8&temperature=1&topP=0\.6&seed=\d+&model=tiny$/,
    );
    await page.reload();
    await expectDone(page);
    expect(await texts(page)).toEqual(before);
    const other = await pages.open({ fragment: link.slice(pages.url.length + 1) });
    await expectDone(other);
    expect(await texts(other)).toEqual(before);
  });

  test("keeps the gaps of a template, and signs of any script", async () => {
    const text = "“<mask:3>” & 100 % of #هذا + ünï 🙂 <mask>?";
    await write(text);
    const before = await texts(page);
    await page.reload();
    await expectDone(page);
    expect(await page.getByRole("textbox", { name: "Text" }).inputValue()).toBe(text);
    expect(await texts(page)).toEqual(before);
  });

  test("the text is copied as the model wrote it", async () => {
    await write("It was");
    const status = await page.getByRole("status").textContent();
    await page.getByRole("button", { name: "Copy text" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(status).toBe(`Done, in 24 steps: ${copied}`);
  });
});

test("a server with a key asks for it, and says when it is wrong", async () => {
  await using locked = await openScene({
    executablePath: findChromium()!,
    names: ["tiny"],
    apiKey: "secret",
  });
  const page = await locked.browser.newPage();
  await page.goto(locked.url);
  const border = () => page.evaluate("getComputedStyle(document.querySelector('input')).borderColor");
  const untouched = await border();
  for (const key of ["wrong", "secret"]) {
    await page.getByLabel("The server's key").fill(key);
    await page.getByRole("button", { name: "Open" }).click();
    if (key === "secret") break;
    expect(await page.getByRole("alert").textContent()).toMatch(/does not know/);
    // An empty field is no mistake; a wrong key is.
    await expect.poll(border).not.toBe(untouched);
  }
  await page.getByRole("button", { name: "Write" }).click();
  await expectDone(page);
  // With one model there is nobody to compare it with: the page says how there would be.
  expect(await page.getByText("sdtt serve --also").count()).toBe(1);
});

describe("accessibility", () => {
  for (const look of looks) {
    test(`axe finds nothing: ${nameOf(look)}`, async () => {
      const page = await pages.open({ ...look, reducedMotion: "reduce" });
      const expectSound = async () => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      };
      await expectSound();
      await page.getByRole("button", { name: "Write" }).click();
      await expectDone(page);
      await page.getByRole("slider", { name: "Step", exact: true }).fill("9");
      await page.locator(".token.written").first().hover();
      if (look.viewport) await page.getByText("Settings").click();
      await expectSound();
      const root = "document.documentElement";
      expect(await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`)).toBe(0);
    });
  }
});
