import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { paceOf } from "../src/state/pace.ts";
import { answerWith, eventsOf } from "./answer.ts";
import { expectDone, usePages } from "./pages.ts";

const pages = usePages(["tiny", "tiny:teacher"]);

const status = (page: Page) => page.getByRole("status").textContent();
const count = (page: Page, kind: string) => page.locator(`.token.${kind}`).count();
const writeButton = (page: Page) => page.getByRole("button", { name: "Write", exact: true });
const shownStep = async (page: Page) => Number(await page.getByLabel("Step", { exact: true }).inputValue());

describe("pace", () => {
  const { beat } = paceOf(16);
  /** A page whose clock stands until it is moved, and that has all of a text already. */
  const openArrived = async () => {
    const page = await pages.open({ prepare: (page) => page.clock.install({ time: 0 }) });
    await answerWith(page, eventsOf({ length: 64, steps: 16 }));
    await page.clock.pauseAt(60_000);
    await writeButton(page).click();
    await page.getByText("16 passes").waitFor();
    return page;
  };

  test("a text that is there at once is shown step by step", async () => {
    const page = await openArrived();
    expect([await shownStep(page), await count(page, "written"), await status(page)]).toEqual([
      0,
      0,
      "Writing.",
    ]);
    await page.clock.runFor(beat * 4 + 50);
    await expect.poll(() => shownStep(page)).toBe(4);
    expect(await count(page, "masked")).toBeGreaterThan(30);
    await page.clock.runFor(beat * 12);
    await expect.poll(() => shownStep(page)).toBe(16);
    await expectDone(page);
    expect(await count(page, "masked")).toBe(0);
  });

  test.each<[string, (page: Page) => Promise<void>]>([
    ["its button", (page) => page.getByRole("button", { name: "Skip to the end" }).click()],
    ["a click on the text", (page) => page.locator(".token").nth(9).click()],
    ["a click on the bars", (page) => page.locator(".histogram").click()],
  ])("%s shows the end at once", async (_, skip) => {
    const page = await openArrived();
    await skip(page);
    await expectDone(page);
    expect(await shownStep(page)).toBe(16);
  });

  test("who wants less motion sees the end at once", async () => {
    const page = await pages.open({
      reducedMotion: "reduce",
      prepare: (page) => page.clock.install({ time: 0 }),
    });
    await answerWith(page, eventsOf({ length: 64, steps: 16 }));
    await page.clock.pauseAt(60_000);
    await writeButton(page).click();
    await expectDone(page);
    expect(await shownStep(page)).toBe(16);
  });

  test("the keyboard keeps its place when Write becomes Stop, and back", async () => {
    const page = await openArrived();
    const focused = () => page.evaluate<string>("document.activeElement.textContent");
    expect(await focused()).toBe("Stop");
    await page.keyboard.press("Enter");
    expect(await status(page)).toBe("Stopped.");
    expect(await focused()).toBe("Write");
  });
});

describe("layout", () => {
  const places = (page: Page) =>
    Promise.all(
      [".toolbar", ".panel h2", ".figures", ".tokens", ".deck", ".actions"].map(async (selector) => {
        const { x, y } = (await page.locator(selector).first().boundingBox())!;
        return [selector, Math.round(x), Math.round(y)];
      }),
    );

  test("nothing moves when the writing begins and while it lasts, but words within the text", async () => {
    const page = await pages.open();
    await page.evaluate(`
      globalThis.moved = [];
      new PerformanceObserver((list) => {
        for (const { node, previousRect: from, currentRect: to } of list.getEntries().flatMap((e) => e.sources)) {
          const element = node?.closest ? node : node?.parentElement;
          const isElsewhere = Math.abs(from.x - to.x) > 1 || Math.abs(from.y - to.y) > 1;
          if (isElsewhere && element && !element.closest(".tokens")) globalThis.moved.push(element.outerHTML);
        }
      }).observe({ type: "layout-shift" });
    `);
    const before = await places(page);
    await writeButton(page).click();
    await page.getByRole("button", { name: "Skip to the end" }).waitFor();
    expect(await places(page)).toEqual(before);
    await expectDone(page);
    expect(await places(page)).toEqual(before);
    expect(await page.evaluate("globalThis.moved")).toEqual([]);
  });

  test("a long prompt scrolls in its box, its gaps marked where they are", async () => {
    const page = await pages.open();
    const area = page.getByRole("textbox", { name: "Text" });
    await area.fill(`${"It was a dark and stormy night. ".repeat(80)}<mask:4> END`);
    const box = (await page.locator(".sheet").boundingBox())!;
    expect(box.height).toBeLessThan(330);
    await expect.poll(async () => (await writeButton(page).boundingBox())!.y).toBeLessThan(900);
    await area.press("Control+End");
    await area.press("!");
    const mark = (await page.locator(".marks mark").boundingBox())!;
    expect(mark.y + mark.height).toBeLessThanOrEqual(box.y + box.height);
    expect(mark.y).toBeGreaterThan(box.y);
  });
});

describe("trouble", () => {
  test("no answer is told once, in the page's words, and tried again", async () => {
    const page = await pages.open({ mayComplain: true });
    await page.getByLabel("Beside it").selectOption("tiny:teacher");
    await page.route("**/v1/denoise", (route) => route.abort());
    await writeButton(page).click();
    const alert = page.getByRole("alert");
    expect(await alert.allTextContents()).toEqual(["The server does not answer.Try again"]);
    expect(await status(page)).toBe("");
    await page.unroute("**/v1/denoise");
    await alert.getByRole("button", { name: "Try again" }).click();
    await expectDone(page);
    expect(await alert.count()).toBe(0);
  });

  test("a server that goes away in the middle of a text leaves what it wrote, and the way back", async () => {
    const page = await pages.open({ mayComplain: true });
    await answerWith(page, eventsOf({ length: 64, steps: 16 }).slice(0, 9));
    await writeButton(page).click();
    await page.getByRole("alert").getByText("The connection to the server was lost.").waitFor();
    await page.getByRole("button", { name: "Play the steps" }).waitFor();
    expect(await count(page, "written")).toBeGreaterThan(0);
    await page.unroute("**/v1/denoise");
    await page.getByRole("button", { name: "Try again" }).click();
    await expectDone(page);
  });

  test("a server that is not there yet is asked again without a reload", async () => {
    const page = await pages.open({ mayComplain: true });
    await page.route("**/v1/models", (route) => route.abort());
    await page.reload();
    await page.getByRole("alert").getByText("The server does not answer.").waitFor();
    expect(await writeButton(page).isDisabled()).toBe(true);
    await page.unroute("**/v1/models");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => writeButton(page).isEnabled()).toBe(true);
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("a server that was restarted with a key asks for it", async () => {
    const page = await pages.open({ mayComplain: true });
    await page.route("**/v1/**", (route) =>
      route.fulfill({ status: 401, json: { error: { message: "no" } } }),
    );
    await writeButton(page).click();
    await page.getByLabel("The server's key").waitFor();
    expect(await page.getByRole("alert").allTextContents()).toEqual(["The server asks for a key."]);
    await page.unroute("**/v1/**");
    await page.getByLabel("The server's key").fill("secret");
    await page.getByRole("button", { name: "Open" }).click();
    await expectDone(page);
  });

  test("a gap that is none is pointed out, and fixed with a click", async () => {
    const page = await pages.open();
    const area = page.getByRole("textbox", { name: "Text" });
    await area.fill("The <mask:4 sat.");
    expect(await page.locator("#text-hint").textContent()).toMatch(/^<mask:4 is not a gap/);
    await page.getByRole("button", { name: "Change it to <mask:4>" }).click();
    expect(await area.inputValue()).toBe("The <mask:4> sat.");
    expect(await page.locator("#text-hint").textContent()).toMatch(/^A text to continue/);
  });
});

test("a step of 1,024 tokens changes those that it writes and no others", async () => {
  const page = await pages.open({ reducedMotion: "reduce" });
  const [length, steps] = [1024, 128];
  await answerWith(page, eventsOf({ length, steps }));
  await writeButton(page).click();
  await expectDone(page);
  await page.evaluate(`
    globalThis.changed = new Set();
    new MutationObserver((records) => {
      for (const { target } of records) {
        const token = (target.closest ? target : target.parentElement).closest(".token");
        if (token) globalThis.changed.add(token);
      }
    }).observe(document.querySelector(".tokens"), {
      subtree: true, childList: true, attributes: true, characterData: true,
    });
  `);
  const scrubber = page.getByLabel("Step", { exact: true });
  for (const step of [64, 65, 64]) {
    await page.evaluate("globalThis.changed.clear()");
    const before = await shownStep(page);
    await scrubber.fill(String(step));
    await expect.poll(() => page.locator(".step").textContent()).toBe(`${step} / ${steps}`);
    // Written or masked again, and those that were fresh and are no longer.
    const moved = (Math.abs(step - before) + 2) * (length / steps);
    const changed = await page.evaluate<number>("globalThis.changed.size");
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThanOrEqual(moved);
  }
});

test("masks do not show what will stand there, nor let it be copied, whatever the colours", async () => {
  const page = await pages.open({ forcedColors: "active", reducedMotion: "reduce" });
  await answerWith(page, eventsOf({ length: 16, steps: 4 }));
  await writeButton(page).click();
  await expectDone(page);
  await page.getByLabel("Step", { exact: true }).fill("0");
  expect(await page.locator(".token.masked .word").first().isVisible()).toBe(false);
  const selected =
    "getSelection().selectAllChildren(document.querySelector('.tokens')), String(getSelection())";
  expect(await page.evaluate(selected)).toMatch(/^It was\s*$/);
});

test("what ends a text is a sign, and what begins one is not shown", async () => {
  const page = await pages.open({ reducedMotion: "reduce" });
  const [start, step, done] = eventsOf({ length: 4, steps: 1, given: ["", "It", " was"] });
  if (start?.type !== "start" || step?.type !== "step") throw new Error("other events");
  const mark = <T>(token: T, text: string) => ({ ...token, text, end_of_text: true });
  await answerWith(page, [
    { ...start, given: start.given.map((token, i) => (i === 0 ? mark(token, "") : token)) },
    { ...step, revealed: step.revealed.map((token) => mark(token, "\n\n")) },
    done!,
  ]);
  await writeButton(page).click();
  await expectDone(page);
  expect(await page.locator(".token").allTextContents()).toEqual(["", "It", "was", "¶"]);
  await page.locator(".token").last().hover();
  expect(await page.locator(".caption").textContent()).toMatch(/^¶ written/);
});
