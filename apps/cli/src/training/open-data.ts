import { homedir } from "node:os";
import { join } from "node:path";
import { openDataset } from "@sdtt/data";
import type { Dataset, Packing, TokenizerSource } from "@sdtt/data";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";

export interface ReadingOptions {
  readonly context: CliContext;
  readonly tokenizer: TokenizerSource;
  readonly length: number;
  readonly packing: Packing;
  readonly field: string;
  /** Where tokenized blocks are kept; the user's cache unless given. */
  readonly cache: string | undefined;
}

/** Text as blocks, tokenized when it is first asked for; says on stderr when that takes a while. */
export async function openData(sources: string, options: ReadingOptions): Promise<Dataset> {
  const { context, tokenizer, length, packing, field, cache = userCache(context.env) } = options;
  const { stderr, signal } = context;
  let announced = false;
  return openDataset({
    sources,
    tokenizer,
    length,
    packing,
    field,
    cacheDirectory: cache,
    signal,
    onProgress(event) {
      if (event.kind === "damaged") printLine(stderr, `warning: ${event.reason}; tokenizing anew.`);
      else if (event.stage === "tokenize" && !announced) {
        announced = true;
        printLine(stderr, `Tokenizing ${sources} ...`);
      }
    },
  });
}

function userCache(env: CliContext["env"]): string {
  return join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "sdtt", "data");
}
