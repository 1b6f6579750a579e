import { styleText } from "node:util";
import type { LanguageModel, RevealedToken } from "sdtt";
import { wrapAnsi } from "fast-wrap-ansi";

export interface FrameOptions {
  /** Ids of the text as it stands, up to its end. */
  readonly tokens: Int32Array;
  /** What the last step wrote. */
  readonly revealed: readonly RevealedToken[];
  readonly tokenizer: LanguageModel["tokenizer"];
  /** The line under the text. */
  readonly status: string;
  readonly columns: number;
  readonly rows: number;
  /** Whether styles are wanted; without them masks are still told from words. */
  readonly color: boolean;
}

/** A mask takes the room of a short word, so that the text does not jump much as it fills. */
const maskText = " ░░░";

type Look = "mask" | "fresh" | "written";

/** The text with its masks, the freshest words bright, cut to the terminal's height, and a status line. */
export function renderFrame(options: FrameOptions): string {
  const { tokens, revealed, tokenizer, columns, rows, color } = options;
  const fresh = new Set(revealed.map(({ position }) => position));
  const looks = Array.from(tokens, (id, position): Look => {
    if (id === tokenizer.maskId) return "mask";
    return fresh.has(position) ? "fresh" : "written";
  });
  const pieces = piecesOf(tokens, tokenizer);
  const text = runsOf(looks)
    .map(({ start, end, look }) => paint(look, pieces.slice(start, end).join(""), color))
    .join("");
  const lines = wrapAnsi(text.trimStart(), columns, { hard: true, trim: false }).split("\n");
  const room = Math.max(1, rows - 3);
  const shown = lines.length > room ? [...lines.slice(0, room - 1), "..."] : lines;
  const status = color ? styleText("dim", options.status, { validateStream: false }) : options.status;
  return `${shown.join("\n")}\n\n${status}`;
}

/** The text of each token: a character of several tokens is the last one's, an end of text is an empty line. */
function piecesOf(tokens: Int32Array, tokenizer: LanguageModel["tokenizer"]): string[] {
  const decoder = tokenizer.createAnyOrderDecoder({ length: tokens.length, endOfText: "\n\n" });
  return Array.from(tokens, (id, position) =>
    id === tokenizer.maskId ? maskText : decoder.reveal(position, id),
  );
}

/** Neighbours of one look are painted together. */
function runsOf(looks: readonly Look[]): { start: number; end: number; look: Look }[] {
  const runs: { start: number; end: number; look: Look }[] = [];
  looks.forEach((look, position) => {
    const last = runs.at(-1);
    if (last?.look === look) last.end = position + 1;
    else runs.push({ start: position, end: position + 1, look });
  });
  return runs;
}

function paint(look: Look, text: string, color: boolean): string {
  if (!color || look === "written") return text;
  return styleText(look === "mask" ? "gray" : ["bold", "cyan"], text, { validateStream: false });
}
