import type { FrameText, Look } from "./frame-text.ts";

export interface AnimationFrame {
  readonly lines: FrameText;
  readonly status: string;
}

export interface AnimationOptions {
  readonly title: string;
  readonly columns: number;
  /** Seconds that each frame stays; the last stays longer. */
  readonly frameSeconds: number;
  readonly lastSeconds: number;
}

const cell = { width: 8.4, height: 20 };
const margin = 20;
const colors: Record<Look, string> = {
  given: "#ffffff",
  mask: "#4b5566",
  fresh: "#5eead4",
  written: "#d3d9e3",
};

/** A terminal's recording as one SVG file that plays by itself, in any viewer that knows CSS animations. */
export function animatedSvg(frames: readonly AnimationFrame[], options: AnimationOptions): string {
  const { title, columns, frameSeconds, lastSeconds } = options;
  const rows = Math.max(...frames.map(({ lines }) => lines.length));
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = (rows + 3) * cell.height + 2 * margin;
  const total = frameSeconds * (frames.length - 1) + lastSeconds;
  const groups = frames.map((frame, i) => {
    const start = (100 * frameSeconds * i) / total;
    const end = i === frames.length - 1 ? 100 : (100 * frameSeconds * (i + 1)) / total;
    return { frame, name: `f${i}`, start, end };
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">
<style>
text { font: 14px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; fill: ${colors.written}; }
.prompt { fill: #8b98ab; } .status { fill: #8b98ab; }
${groups.map(({ name, start, end }) => keyframes(name, start, end, total)).join("\n")}
</style>
<rect width="100%" height="100%" rx="10" fill="#10151d"/>
<text class="prompt" x="${margin}" y="${margin + 14}">$ ${escape(title)}</text>
${groups.map(({ frame, name }) => frameGroup(frame, name, rows)).join("\n")}
</svg>
`;
}

function keyframes(name: string, start: number, end: number, seconds: number): string {
  const [from, to] = [start, end].map((share) => share.toFixed(3));
  const before = start > 0 ? `0%, ${from}% { visibility: hidden } ` : "";
  const after = end < 100 ? ` ${to}%, 100% { visibility: hidden }` : "";
  return `.${name} { animation: ${name} ${seconds}s step-end infinite } @keyframes ${name} { ${before}${from}% { visibility: visible }${after} }`;
}

function frameGroup({ lines, status }: AnimationFrame, name: string, rows: number): string {
  const y = (row: number) => margin + 14 + (row + 1.5) * cell.height;
  const texts = lines.map((line, row) => {
    const spans = line
      .map(({ text, look }) => `<tspan fill="${colors[look]}">${escape(text)}</tspan>`)
      .join("");
    return `<text x="${margin}" y="${y(row)}">${spans}</text>`;
  });
  return `<g class="${name}">${texts.join("")}<text class="status" x="${margin}" y="${y(rows + 0.5)}">${escape(status)}</text></g>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
