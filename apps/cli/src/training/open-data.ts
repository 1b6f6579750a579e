import { homedir } from "node:os";
import { join } from "node:path";
import { openDataset } from "@sdtt/data";
import type { Dataset, DetokenizerName, Packing, TextFit, TokenizerSource } from "@sdtt/data";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { showProgress } from "../work-progress.ts";
import { findData } from "./find-data.ts";

export interface ReadingOptions {
  readonly context: CliContext;
  readonly tokenizer: TokenizerSource;
  readonly length: number;
  readonly packing: Packing;
  readonly field: string;
  readonly detokenizer?: DetokenizerName | "none" | undefined;
  /** Where tokenized blocks are kept; the user's cache unless given. */
  readonly cache: string | undefined;
  /** Whether a dataset of the Hub must be in its cache. */
  readonly offline?: boolean | undefined;
}

/** Text as blocks, downloaded and tokenized when it is first asked for; says on stderr how far that is. */
export async function openData(name: string, options: ReadingOptions): Promise<Dataset> {
  const { context, tokenizer, length, packing, field, cache = userCache(context.env) } = options;
  const { stderr, signal } = context;
  const { detokenizer = "none", offline } = options;
  const { sources, slice } = await findData(name, { offline }, context);
  using progress = showProgress(context, `Tokenizing ${name}`);
  return await openDataset({
    sources,
    tokenizer,
    length,
    packing,
    field,
    slice,
    detokenizer: detokenizer === "none" ? undefined : detokenizer,
    cacheDirectory: cache,
    signal,
    onProgress(event) {
      if (event.kind === "damaged") printLine(stderr, `warning: ${event.reason}; tokenizing again.`);
      else if (event.kind === "unsuited") printLine(stderr, unsuitedWarning(name, event.fit));
      else {
        const share = event.bytesDone / event.bytesTotal;
        progress.update(`${stages[event.stage]}${Math.floor(100 * share)} %`, share);
      }
    },
  });
}

function unsuitedWarning(name: string, { charactersPerToken, vocabularyMean }: TextFit): string {
  const [found, mean] = [charactersPerToken.toFixed(1), vocabularyMean.toFixed(1)];
  return `warning: ${name} has ${found} characters a token, less than half of the tokenizer's mean of ${mean}: it seems to be mostly markup, code or another language. Look at the text, clean it, or train a tokenizer on it (sdtt train-tokenizer).`;
}

const stages = { identify: "reading it first, ", tokenize: "", verify: "reading it back, " } as const;

function userCache(env: CliContext["env"]): string {
  return join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "sdtt", "data");
}
