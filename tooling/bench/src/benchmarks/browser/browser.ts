import type { Benchmark } from "../../benchmark.ts";
import type { Row, Target } from "../../report.ts";
import { measurePage } from "./measure-page.ts";
import { openBrowsers, expectChromium } from "./open-browsers.ts";
import { openSite } from "./open-site.ts";

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

export const browser: Benchmark = {
  summary: "models in a page: bytes on the wire, seconds to load and a step, and memory, in Chromium and Firefox",
  check: async () => void expectChromium(),
  async run({ rounds, cache }) {
    await using site = await openSite(cache);
    const rows: Row[] = [];
    let engineBytes = 0;
    for (const [name, launch] of openBrowsers()) {
      for (const model of site.models) {
        for (const threads of [1, 2]) {
          site.host.sent.clear();
          // A browser of its own: nothing is kept, and the peak of its memory is this model's.
          await using browser = await launch();
          const { load, step, peak } = await measurePage(browser, { url: site.host.url, model, threads, rounds });
          const wire = [...site.host.sent];
          const bytes = (isModel: boolean) =>
            wire.filter(([path]) => path.startsWith("/models/") === isModel).reduce((sum, [, n]) => sum + n, 0);
          engineBytes = Math.max(engineBytes, bytes(false));
          rows.push({
            browser: name,
            model: model.title,
            threads,
            "model MB": megabytes(bytes(true)),
            "engine MB": megabytes(bytes(false)),
            "load s": load,
            "step s": step,
            "peak MB": peak === undefined ? "" : Math.round(peak / 1e6),
          });
        }
      }
    }
    const target: Target = { what: "MB beside the model", measured: engineBytes / 1e6, atMost: 15 };
    return { rows, targets: [target] };
  },
};
