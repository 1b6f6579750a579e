import type { LanguageModel, TextSampleOptions } from "sdtt";
import { checkDiffusion } from "../check-length.ts";
import type { CliContext } from "../context.ts";
import type { AskedTexts } from "../many-texts/text-request.ts";

/** A diffusion model whose texts are measured, wherever they are written. */
export interface TextSource extends Pick<LanguageModel, "name" | "tokenizer" | "description"> {
  /** Looks at what is asked for before the work begins, as `checkDiffusion` does; whoever writes does it otherwise. */
  check?(options: TextSampleOptions): Promise<void>;
  /** Does once what the first text of a kind would wait for, so that it is not timed; nothing unless given. */
  warmUp?(options: TextSampleOptions): Promise<unknown>;
  write(options: AskedTexts, watch: WatchWriting): Promise<SourceTexts>;
}

/** What a measurement needs of texts. */
interface SourceTexts {
  /** Ids of each text, all of one length. */
  readonly tokens: readonly Int32Array[];
  /** Forward passes (NFE) over all of them together: steps in which any had something to draw. */
  readonly passes: number;
  readonly seed: number;
  /** Of whoever wrote them, in all. */
  readonly seconds: number;
}

/** Told how far the writing is. */
type WatchWriting = (progress: {
  /** For people. */
  readonly state: string;
  /** The share, from 0 to 1. */
  readonly done: number;
  /** The step that all texts are at, where they are written together. */
  readonly step?: number;
}) => void;

/** Texts that this process writes, as one batch. */
export function textsHere(model: LanguageModel, context: CliContext): TextSource {
  const { now, signal } = context;
  const { name, tokenizer, description } = model;
  return {
    name,
    tokenizer,
    description,
    check: (options) => checkDiffusion(context, model, options),
    warmUp: (options) => model.sample({ ...options, signal }),
    async write(options, watch) {
      const start = now();
      const writing = model.stream({ ...options, signal });
      let next = await writing.next();
      for (; !next.done; next = await writing.next()) {
        const { step, steps } = next.value;
        watch({ state: `step ${Math.min(step, steps)} of ${steps}`, done: Math.min(step / steps, 1), step });
      }
      const { tokens, passes, seed } = next.value;
      return { tokens, passes, seed, seconds: (now() - start) / 1000 };
    },
  };
}
