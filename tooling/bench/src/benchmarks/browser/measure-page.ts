import type { Browser } from "puppeteer-core";
import { peakMemory } from "./peak-memory.ts";
import type { PageModel } from "./open-site.ts";

export interface PageMeasurement {
  /** Seconds, from the start of the engine to a model that is ready. */
  readonly load: number;
  /** Seconds; the median. */
  readonly step: number;
  /** Bytes of the process with the page, its worker and WebAssembly; undefined where the system does not tell. */
  readonly peak: number | undefined;
}

/** Loads a model in a new page and writes some steps of a text of 32. */
export async function measurePage(
  browser: Browser,
  options: {
    readonly url: string;
    readonly model: PageModel;
    readonly threads: number;
    readonly rounds: number;
  },
): Promise<PageMeasurement> {
  const { url, model, threads, rounds } = options;
  const page = await browser.newPage();
  await page.goto(url);
  const { load, steps } = (await page.evaluate(`(async () => {
    const { createWebEngine, loadModel } = await import("./sdtt/sdtt.js");
    const seconds = () => performance.now() / 1000;
    const start = seconds();
    const engine = await createWebEngine({ threads: ${threads} });
    const model = await loadModel("./models/${model.folder}/", { engine, dtype: "${model.dtype}" });
    const load = seconds() - start;
    const writing = model.stream({ steps: 32, length: ${model.length}, seed: 1, samples: 1 });
    // The first has no pass after it: nothing is written yet that would change the distribution.
    await writing.next();
    await writing.next();
    const steps = [];
    for (let round = 0; round < ${rounds}; round++) {
      const before = seconds();
      await writing.next();
      steps.push(seconds() - before);
    }
    return { load, steps };
  })()`)) as { load: number; steps: number[] };
  const sorted = steps.toSorted((a, b) => a - b);
  return {
    load,
    step: sorted[Math.floor(sorted.length / 2)]!,
    peak: await peakMemory(browser.process()!.pid!),
  };
}
