import type { LanguageModel, TextSampleStep } from "sdtt";

/** How a piece of text looks in the recording. */
export type Look = "given" | "mask" | "fresh" | "written";

interface Piece {
  readonly text: string;
  readonly look: Look;
}

/** Lines of pieces: a text as it stands after a step, broken at a width. */
export type FrameText = readonly (readonly Piece[])[];

const maskText = " ░░░";

/** Cuts the text of a step into lines of pieces. */
export function frameText(
  step: Pick<TextSampleStep, "tokens" | "revealed">,
  options: { tokenizer: LanguageModel["tokenizer"]; given: number; columns: number },
): FrameText {
  const { tokenizer, given, columns } = options;
  const fresh = new Set(step.revealed.map(({ position }) => position));
  const lines: Piece[][] = [[]];
  let column = 0;
  const ids = step.tokens[0]!;
  const decoder = tokenizer.createAnyOrderDecoder({ length: ids.length, endOfText: "" });
  ids.forEach((id, position) => {
    const isMask = id === tokenizer.maskId;
    const look = isMask ? "mask" : position < given ? "given" : fresh.has(position) ? "fresh" : "written";
    const text = (isMask ? maskText : decoder.reveal(position, id)).replaceAll(/\s+/g, " ");
    if (column + text.length > columns) {
      lines.push([]);
      column = 0;
    }
    lines.at(-1)!.push({ text: column === 0 ? text.trimStart() : text, look });
    column += text.length;
  });
  return lines;
}
