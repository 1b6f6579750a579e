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
 * Loads the drawing library with the first picture: most commands draw none, and its tables of character widths take some 40 ms.
 * Until it is loaded the latest picture is kept, and lines that stay are written as they come.
 */
export function createTerminalPicture(stderr: CliContext["stderr"]): TerminalPicture {
  let draw: ReturnType<typeof createLogUpdate> | undefined;
  let isLoading = false;
  let kept: string | undefined;
  const load = async () => {
    const library = await import("log-update");
    draw = library.createLogUpdate(stderr as NodeJS.WriteStream, { showCursor: true });
    if (kept !== undefined) draw(kept);
    kept = undefined;
  };
  return {
    update(text) {
      if (draw) return draw(text);
      kept = text;
      if (!isLoading) void load();
      isLoading = true;
    },
    persist(text) {
      if (draw) draw.persist(text);
      else stderr.write(`${text}\n`);
    },
    clear() {
      kept = undefined;
      draw?.clear();
    },
    done() {
      if (kept !== undefined) stderr.write(`${kept}\n`);
      kept = undefined;
      draw?.done();
    },
  };
}
