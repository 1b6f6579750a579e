/** Light and dark: each at least 3:1 against its paper. */
const seriesColors = [
  ["#2563eb", "#7aa7ff"],
  ["#c2410c", "#ffa26b"],
  ["#15803d", "#5fd08a"],
  ["#9333ea", "#c99bff"],
  ["#0e7490", "#4fc4d8"],
  ["#be185d", "#ff8fbf"],
  ["#a16207", "#e2b54a"],
  ["#64748b", "#a3b1c6"],
  ["#b91c1c", "#ff8a80"],
  ["#4d7c0f", "#a3d65c"],
] as const;

/** Besides colours, for eyes that do not tell those apart. */
const symbols = ["circle", "square", "triangle", "diamond", "star", "wye", "cross"] as const;

/** The class of the SVG, for its style. */
export const plotClass = "sdtt-plot";

export const inkColor = "var(--plot-ink)";

export interface SeriesStyle {
  readonly color: string;
  readonly symbol: (typeof symbols)[number];
}

/** How the series at a place among those that are not the reference looks. */
export function seriesStyle(index: number): SeriesStyle {
  return {
    color: `var(--plot-series-${index % seriesColors.length})`,
    symbol: symbols[index % symbols.length]!,
  };
}

/** Colours by the reader's choice, in an SVG that stands alone as in a page. */
export function plotStyle(): string {
  const variables = (scheme: 0 | 1) =>
    [
      `--plot-ink: ${["#1d1d1f", "#ececf1"][scheme]};`,
      `--plot-paper: ${["#fff", "#17171a"][scheme]};`,
      ...seriesColors.map((colors, i) => `--plot-series-${i}: ${colors[scheme]};`),
    ].join(" ");
  return `
.${plotClass} { ${variables(0)} color: var(--plot-ink); background: var(--plot-paper); font: 13px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .${plotClass} { ${variables(1)} } }
`;
}
