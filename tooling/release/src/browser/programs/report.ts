import { html, htmlPage } from "@sdtt/report";
import { drawPlot } from "@sdtt/report/draw";

/** A page, and a plot of two points. */
export async function run(): Promise<unknown> {
  const plot = drawPlot({
    id: "loss",
    title: "Loss",
    description: "Loss against updates.",
    x: { label: "Update", scale: "linear" },
    y: { label: "Loss", scale: "log" },
    series: [
      {
        name: "training",
        points: [
          [1, 4],
          [2, 2],
        ],
      },
    ],
  });
  return [htmlPage({ title: "A run", body: [html`<p>${"escaped & safe"}</p>`] }), plot];
}
