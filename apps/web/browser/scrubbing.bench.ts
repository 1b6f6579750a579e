// What a step of a long text costs the browser: `pnpm --filter @sdtt/web scrubbing`. The numbers are in docs/benchmarks.md.
import { findChromium } from "@sdtt/testing/find-chromium";
import type { Page } from "playwright-core";
import { answerWith, eventsOf } from "./answer.ts";
import { openScene } from "./open-scene.ts";

const stepsMeasured = 40;

const executablePath = findChromium();
if (!executablePath)
  throw new Error("There is no Chromium on this machine: install one or set SDTT_CHROMIUM.");
await using scene = await openScene({ executablePath, names: ["tiny"] });

console.log("| tokens | steps | view | script ms | style and layout ms | whole main thread ms |");
console.log("| ------ | ----- | ---- | --------- | ------------------- | -------------------- |");
for (const length of [256, 1024]) {
  for (const view of ["text", "grid"]) {
    const steps = 64;
    const context = await scene.browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    await answerWith(page, eventsOf({ length, steps }));
    await page.goto(`${scene.url}/#text=It+was&steps=${steps}`);
    await page.getByRole("status").filter({ hasText: "Done" }).waitFor({ state: "attached" });
    await page.getByText(view, { exact: true }).click();
    const spent = await measure(page);
    const shares = [
      spent["ScriptDuration"]!,
      spent["RecalcStyleDuration"]! + spent["LayoutDuration"]!,
      spent["TaskDuration"]!,
    ];
    console.log(`| ${[length, steps, view, ...shares.map((share) => share.toFixed(1))].join(" | ")} |`);
    await context.close();
  }
}

/** Milliseconds of the main thread for each step, by what they went to; of its own time, so that others on the machine do not count. */
async function measure(page: Page): Promise<Record<string, number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = async () => (await session.send("Performance.getMetrics")).metrics;
  const before = await spent();
  await page.evaluate(`(async () => {
    const scrubber = document.querySelector("[aria-label=Step]");
    for (let i = 0; i < ${stepsMeasured}; i++) {
      scrubber.value = String(scrubber.max - 1 - i);
      scrubber.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    }
  })()`);
  const after = await spent();
  return Object.fromEntries(
    after.map(({ name, value }, i) => [name, ((value - before[i]!.value) / stepsMeasured) * 1000]),
  );
}
