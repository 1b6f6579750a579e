import { homedir } from "node:os";
import { join } from "node:path";
import { openDataset } from "@sdtt/data";
import type { Dataset, Packing, TokenizerSource } from "@sdtt/data";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { showProgress } from "../work-progress.ts";

export interface ReadingOptions {
  readonly context: CliContext;
  readonly tokenizer: TokenizerSource;
  readonly length: number;
  readonly packing: Packing;
  readonly field: string;
  /** Where tokenized blocks are kept; the user's cache unless given. */
  readonly cache: string | undefined;
}

/** Text as blocks, tokenized when it is first asked for; says on stderr how far that is. */
export async function openData(sources: string, options: ReadingOptions): Promise<Dataset> {
  const { context, tokenizer, length, packing, field, cache = userCache(context.env) } = options;
  const { stderr, signal } = context;
  using progress = showProgress(context, `Tokenizing ${sources}`);
  return await openDataset({
    sources,
    tokenizer,
    length,
    packing,
    field,
    cacheDirectory: cache,
    signal,
    onProgress(event) {
      if (event.kind === "damaged") printLine(stderr, `warning: ${event.reason}; tokenizing again.`);
      else {
        const share = event.bytesDone / event.bytesTotal;
        progress.update(`${stages[event.stage]}${Math.floor(100 * share)} %`, share);
      }
    },
  });
}

const stages = { identify: "reading it first, ", tokenize: "", verify: "reading it back, " } as const;

function userCache(env: CliContext["env"]): string {
  return join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "sdtt", "data");
}
