// How soon the page without a server shows a text, and how evenly it draws while the model computes:
// `pnpm --filter @sdtt/web responsiveness [ROUNDS]`. The numbers are in docs/benchmarks.md.
import { findChromium } from "@sdtt/testing/find-chromium";
import { serveStatic } from "@sdtt/testing/serve-static";
import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { buildStaticPage } from "../static/build.ts";
import { launchBrowser } from "./open-scene.ts";

const rounds = Number(process.argv[2] ?? 5);
const viewport = { width: 1280, height: 900 };
/** A text long enough to be looked at for a while. */
const longText = "text=It+was&steps=64&length=256";
const isDone = 'document.querySelector("[role=status]")?.textContent.startsWith("Done")';

const executablePath = findChromium();
if (!executablePath)
  throw new Error("There is no Chromium on this machine: install one or set SDTT_CHROMIUM.");
const folder = await buildStaticPage();
await using host = await serveStatic(folder);
const browser = await launchBrowser(executablePath);
try {
  await firstTexts();
  await frames();
} finally {
  await browser.close();
}

/** From opening the page, in seconds: the first visit to a new profile, and later visits to one. */
async function firstTexts(): Promise<void> {
  const first: Moments[] = [];
  const later: Moments[] = [];
  for (let round = 0; round < rounds; round++) {
    await using visited = await openContext({ reducedMotion: "reduce" });
    first.push(await openPage(visited.context));
    later.push(await openPage(visited.context));
  }
  const seconds = (visits: Moments[], of: keyof Moments) => {
    const sorted = visits.map((moments) => moments[of] / 1000).toSorted((a, b) => a - b);
    return `${quantile(sorted, 0.5).toFixed(2)} (${sorted.at(-1)!.toFixed(2)})`;
  };
  printTable([
    ["visit", "model ready s", "first word s", "whole text s"],
    ["the first", seconds(first, "ready"), seconds(first, "word"), seconds(first, "text")],
    ["later", seconds(later, "ready"), seconds(later, "word"), seconds(later, "text")],
  ]);
}

/** Milliseconds since the navigation began. */
interface Moments {
  readonly ready: number;
  readonly word: number;
  readonly text: number;
}

/** A page with a text in its address, 64 tokens in 16 steps, which it writes as soon as the model is there. */
async function openPage(context: BrowserContext): Promise<Moments> {
  const page = await context.newPage();
  await page.addInitScript(`
    globalThis.moments = {};
    const note = (name, has) => { if (has) moments[name] ??= performance.now(); };
    new MutationObserver(() => {
      note("ready", document.querySelector(".actions .primary:enabled"));
      note("word", document.querySelector(".token.written"));
      note("text", ${isDone});
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  `);
  await page.goto(`${host.url}#text=Once+upon+a+time&seed=20&steps=16&length=64`);
  await page.getByRole("status").filter({ hasText: /^Done/ }).waitFor({ state: "attached" });
  await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
  const moments = await page.evaluate<Moments>("moments");
  await page.close();
  return moments;
}

/** Intervals between the frames of a page that rests, and of pages that write as they come and with a thread for each core. */
async function frames(): Promise<void> {
  await using usual = await openContext({});
  await using all = await openContext({});
  // The engine takes half of what the processor is said to run at once.
  await all.context.addInitScript(
    "Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 * navigator.hardwareConcurrency })",
  );
  const pages: [name: string, page: Page, isWriting: boolean][] = [
    ["at rest", await readyPage(usual.context, host.url), false],
    ["writing", await readyPage(usual.context, host.url), true],
    ["writing, a thread a core", await readyPage(all.context, host.url), true],
  ];
  const intervals = pages.map((): number[] => []);
  const longTasks = pages.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, [, page, isWriting]] of pages.entries()) {
      await page.bringToFront();
      const seen = await watch(page, isWriting);
      intervals[i]!.push(...seen.intervals);
      longTasks[i]!.push(...seen.longTasks);
    }
  }
  printTable([
    [
      "page",
      "frames",
      "p50 ms",
      "p99 ms",
      "worst ms",
      "later than 25 ms",
      "tasks over 50 ms",
      "longest task ms",
    ],
    ...pages.map(([name], i) => {
      const sorted = intervals[i]!.toSorted((a, b) => a - b);
      const late = sorted.filter((interval) => interval > 25).length / sorted.length;
      const times = [quantile(sorted, 0.5), quantile(sorted, 0.99), sorted.at(-1)!];
      const tasks = [longTasks[i]!.length, Math.max(0, ...longTasks[i]!).toFixed(0)];
      return [
        name,
        sorted.length,
        ...times.map((time) => time.toFixed(1)),
        `${(100 * late).toFixed(2)} %`,
        ...tasks,
      ];
    }),
  ]);
}

async function readyPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole("button", { name: "Write", exact: true }).and(page.locator(":enabled")).waitFor();
  return page;
}

/** Watches a text being written from the request to its end, or a page at rest for five seconds. */
function watch(page: Page, isWriting: boolean): Promise<{ intervals: number[]; longTasks: number[] }> {
  return page.evaluate(`(async () => {
    const intervals = [];
    const longTasks = [];
    const observer = new PerformanceObserver((list) => {
      longTasks.push(...list.getEntries().map(({ duration }) => duration));
    });
    observer.observe({ type: "longtask" });
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    let last = await frame();
    const end = last + 5000;
    if (${isWriting}) location.hash = "${longText}&seed=" + Math.floor(1e6 * Math.random());
    // The former text is done until the new one has begun.
    let hasBegun = false;
    for (;;) {
      const now = await frame();
      intervals.push(now - last);
      last = now;
      hasBegun ||= !(${isDone});
      if (${isWriting} ? hasBegun && ${isDone} : now > end) break;
    }
    observer.disconnect();
    return { intervals, longTasks };
  })()`);
}

async function openContext(
  options: BrowserContextOptions,
): Promise<AsyncDisposable & { readonly context: BrowserContext }> {
  const context = await browser.newContext({ viewport, ...options });
  context.setDefaultTimeout(120_000);
  return { context, [Symbol.asyncDispose]: () => context.close() };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}

function printTable([head, ...rows]: readonly (readonly (string | number)[])[]): void {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  console.log([line(head!), line(head!.map(() => "---")), ...rows.map(line), ""].join("\n"));
}
