/**
 * Where a key leads from a token of a list: to its neighbours, to the nearest one a line above or below, or to an end.
 * Undefined for other keys, and where there is none.
 */
export function moveTo(key: string, from: number, list: Element): number | undefined {
  const tokens = [...list.querySelectorAll("[data-position]")];
  const last = tokens.length - 1;
  const isLeftward = getComputedStyle(list).direction === "rtl";
  switch (key) {
    case isLeftward ? "ArrowLeft" : "ArrowRight":
      return Math.min(last, from + 1);
    case isLeftward ? "ArrowRight" : "ArrowLeft":
      return Math.max(0, from - 1);
    case "Home":
      return 0;
    case "End":
      return last;
    case "ArrowDown":
      return nearest(tokens, from, (line) => line > 0);
    case "ArrowUp":
      return nearest(tokens, from, (line) => line < 0);
    default:
      return undefined;
  }
}

function nearest(
  tokens: readonly Element[],
  from: number,
  isWanted: (line: number) => boolean,
): number | undefined {
  const boxes = tokens.map((token) => token.getBoundingClientRect());
  const own = boxes[from];
  if (!own) return undefined;
  const middle = own.left + own.width / 2;
  const candidates = boxes
    .map((box, position) => ({
      position,
      line: Math.round((box.top - own.top) / own.height),
      offset: Math.abs(box.left + box.width / 2 - middle),
    }))
    .filter(({ line }) => isWanted(line));
  candidates.sort((a, b) => Math.abs(a.line) - Math.abs(b.line) || a.offset - b.offset);
  return candidates[0]?.position;
}
