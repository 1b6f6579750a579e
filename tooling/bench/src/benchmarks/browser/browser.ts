import type { Benchmark } from "../../benchmark.ts";
import type { Row, Target } from "../../report.ts";
import { measurePage } from "./measure-page.ts";
import { expectChromium, openBrowsers } from "./open-browsers.ts";
import { openSite } from "./open-site.ts";

/** GPT-2's tokenizer is a part of the bundle that only models without one of their own fetch. */
const isOfModel = (path: string): boolean => path.startsWith("/models/") || path.includes("/merges-");

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

export const browser: Benchmark = {
  summary:
    "models in a page: bytes on the wire, seconds to load and a step, and memory, in Chromium and Firefox",
  check: async () => void expectChromium(),
  async run({ rounds, cache }) {
    await using site = await openSite(cache);
    const { host, models } = site;
    const rows: Row[] = [];
    let engineBytes = 0;
    for (const model of models) {
      for (const [name, launch] of openBrowsers()) {
        for (const threads of [1, 2]) {
          host.sent.clear();
          // A browser of its own: nothing is kept, and the peak of its memory is this model's.
          await using browser = await launch();
          const measured = await measurePage(browser, { url: host.url, model, threads, rounds });
          const ofModel = Array.from(host.sent, ([path, bytes]) => (isOfModel(path) ? bytes : 0));
          const sum = (bytes: Iterable<number>) => Array.from(bytes).reduce((a, b) => a + b, 0);
          const engine = sum(host.sent.values()) - sum(ofModel);
          engineBytes = Math.max(engineBytes, engine);
          const row = {
            model: model.title,
            browser: name,
            threads,
            "model MB": megabytes(sum(ofModel)),
            "engine MB": megabytes(engine),
            "load s": measured.load,
            "step s": measured.step,
            "peak MB": measured.peak === undefined ? "" : Math.round(measured.peak / 1e6),
          };
          // The large ones take minutes each.
          console.error(Object.values(row).join(", "));
          rows.push(row);
        }
      }
    }
    const target: Target = { what: "MB beside the model", measured: engineBytes / 1e6, atMost: 15 };
    return { rows, targets: [target] };
  },
};
