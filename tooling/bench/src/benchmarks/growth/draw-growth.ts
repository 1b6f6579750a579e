import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { finishSvg } from "../../plots/finish-svg.ts";

export interface GrowthPoint {
  /** What is varied. */
  readonly quantity: string;
  readonly value: number;
  readonly seconds: number;
}

const title = "How the time of a text grows";

/** A panel for each quantity, both axes logarithmic: what is proportional is a line along the diagonal of the grid. */
export function drawGrowth(points: readonly GrowthPoint[]): string {
  const { document } = parseHTML("<!doctype html><html></html>");
  const quantities = [...new Set(points.map(({ quantity }) => quantity))];
  const panel = { x: "doublings", y: "seconds", fx: "quantity" };
  // Each panel counts in doublings of its smallest value, so that all have one scale.
  const placed = points.map((point) => {
    const values = points.filter(({ quantity }) => quantity === point.quantity).map(({ value }) => value);
    return { ...point, doublings: Math.log2(point.value / Math.min(...values)) };
  });
  const svg: { readonly outerHTML: string } = Plot.plot({
    document,
    className: "speed",
    width: 760,
    height: 300,
    marginLeft: 50,
    marginTop: 40,
    x: { axis: null, inset: 16 },
    y: { type: "log", label: "seconds", labelAnchor: "top", grid: true, tickFormat: "~g" },
    fx: { label: null, domain: quantities, axis: "top" },
    marks: [
      Plot.lineY(placed, { ...panel, stroke: "var(--bar)", strokeWidth: 2 }),
      Plot.dot(placed, { ...panel, fill: "var(--bar)" }),
      Plot.text(placed, {
        x: "doublings",
        fx: "quantity",
        frameAnchor: "bottom",
        dy: 14,
        // So that four digits do not touch the next.
        fontSize: 11,
        text: ({ value }: GrowthPoint) => String(value),
      }),
    ],
  });
  const words = points.map(({ quantity, value, seconds }) => {
    return `${quantity} ${value}: ${seconds.toPrecision(3)} s`;
  });
  return finishSvg(svg, { title, description: `${words.join("; ")}.` });
}
