import { setTimeout as sleep } from "node:timers/promises";
import { isCausal } from "@sdtt/models";
import { plural } from "@sdtt/report/text";
import type { TextSampleStep } from "sdtt";
import type { CliContext } from "../context.ts";
import { createTerminalPicture } from "../terminal-picture.ts";
import type { Writer } from "../write-texts.ts";
import { renderFrame } from "./frame.ts";

/** Shows the first text of a batch as it is written. */
export interface LiveView {
  show(step: TextSampleStep): Promise<void>;
  /** Wipes the view, for the finished text to take its place. */
  close(): void;
}

/** Milliseconds: long enough for an eye to follow; the model's own time is not counted in it. */
const shortestFrame = 60;

/** What comes sooner than a frame should is delayed, or left out where there are as many steps as tokens. */
export function createLiveView(
  context: CliContext,
  { tokenizer, description }: Pick<Writer<never>, "tokenizer" | "description">,
): LiveView {
  const { stderr, env, signal, now } = context;
  const picture = createTerminalPicture(stderr, { wrapped: true });
  const color = !env["NO_COLOR"];
  let lastFrame = -Infinity;
  return {
    async show({ tokens, ends, revealed, step, steps, passes }) {
      const wait = lastFrame + shortestFrame - now();
      if (wait > 0 && isCausal(description)) return;
      if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => {});
      lastFrame = now();
      const text = tokens[0]!;
      const written = text.filter((id) => id !== tokenizer.maskId).length;
      const status = `step ${Math.min(step, steps)} of ${steps} · ${written} of ${text.length} tokens · ${plural(passes, "pass", "passes")}`;
      const { columns = 80, rows = 24 } = stderr;
      const mine = revealed.filter(({ sample }) => sample === 0);
      picture.update(
        renderFrame({
          tokens: text.subarray(0, ends[0]),
          revealed: mine,
          tokenizer,
          status,
          columns,
          rows,
          color,
        }),
      );
    },
    close() {
      picture.clear();
      picture.done();
    },
  };
}
