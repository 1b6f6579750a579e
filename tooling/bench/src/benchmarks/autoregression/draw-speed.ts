import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { finishSvg } from "../../plots/finish-svg.ts";

export interface SpeedBar {
  /** Texts that were written together. */
  readonly batch: number;
  readonly name: string;
  /** What the others are compared with. */
  readonly isReference: boolean;
  readonly secondsPerText: number;
}

const title = "Seconds for a text";

/** Bars, shorter is faster, as an SVG that is read in the light and in the dark. */
export function drawSpeed(bars: readonly SpeedBar[]): string {
  const { document } = parseHTML("<!doctype html><html></html>");
  const labelled = bars.map((bar) => ({ ...bar, together: `batch ${bar.batch}` }));
  const svg: { readonly outerHTML: string } = Plot.plot({
    document,
    className: "speed",
    width: 640,
    height: 320,
    marginLeft: 150,
    marginRight: 70,
    marginBottom: 46,
    x: { label: `${title}, shorter is faster →`, labelOffset: 40, grid: true },
    y: { label: null, domain: [...new Set(bars.map(({ name }) => name))] },
    fy: { label: null },
    marks: [
      Plot.barX(labelled, {
        x: "secondsPerText",
        y: "name",
        fy: "together",
        fill: ({ isReference }: SpeedBar) => (isReference ? "var(--reference)" : "var(--bar)"),
      }),
      Plot.text(labelled, {
        x: "secondsPerText",
        y: "name",
        fy: "together",
        text: ({ secondsPerText }: SpeedBar) => `${secondsPerText.toPrecision(3)} s`,
        textAnchor: "start",
        dx: 5,
      }),
    ],
  });
  const words = bars.map(({ name, batch, secondsPerText }) => {
    return `${name}, batch ${batch}: ${secondsPerText.toPrecision(3)} s`;
  });
  return finishSvg(svg, { title, description: `${words.join("; ")}.` });
}
