import { clearScreenDown, moveCursor } from "node:readline";
import type { createLogUpdate } from "log-update";
import type { CliContext } from "./context.ts";

/** Lines at the end of a terminal that are drawn again and again. */
export interface TerminalPicture {
  update(text: string): void;
  /** A line above that stays. */
  persist(text: string): void;
  /** Wipes it. */
  clear(): void;
  /** Leaves it as it stands. */
  done(): void;
}

/**
 * Loads the drawing library with the first picture: most commands draw none, and its tables of character widths take some 80 ms.
 * Until it is loaded lines that stay are written as they come, and the latest picture is kept, or drawn as it is where pictures
 * come `wrapped`: cut to the terminal's width and height.
 */
export function createTerminalPicture(
  stderr: CliContext["stderr"],
  { wrapped = false }: { readonly wrapped?: boolean } = {},
): TerminalPicture {
  let draw: ReturnType<typeof createLogUpdate> | undefined;
  let isLoading = false;
  let kept: string | undefined;
  /** Lines of the picture that was drawn without the library. */
  let height = 0;
  const drawPlainly = () => {
    if (!wrapped || kept === undefined) return;
    stderr.write(`${kept}\n`);
    height = kept.split("\n").length;
  };
  const wipePlain = () => {
    if (height === 0) return;
    moveCursor(stderr, 0, -height);
    clearScreenDown(stderr);
    height = 0;
  };
  const load = async () => {
    const library = await import("log-update");
    draw = library.createLogUpdate(stderr as NodeJS.WriteStream, { showCursor: true });
    wipePlain();
    if (kept !== undefined) draw(kept);
    kept = undefined;
  };
  return {
    update(text) {
      if (draw) return draw(text);
      wipePlain();
      kept = text;
      drawPlainly();
      if (!isLoading) void load();
      isLoading = true;
    },
    persist(text) {
      if (draw) return draw.persist(text);
      wipePlain();
      stderr.write(`${text}\n`);
      drawPlainly();
    },
    clear() {
      kept = undefined;
      wipePlain();
      draw?.clear();
    },
    done() {
      if (kept !== undefined && height === 0) stderr.write(`${kept}\n`);
      height = 0;
      kept = undefined;
      draw?.done();
    },
  };
}
