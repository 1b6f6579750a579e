import { once } from "node:events";
import { access } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { SdttError } from "@sdtt/core";
import { replaceFile } from "@sdtt/hub";
import { createTokenizer } from "@sdtt/tokenizer";
import type { Command } from "commander";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { wholeNumber } from "../numbers.ts";
import { dataForms, findData } from "../training/find-data.ts";
import { showProgress } from "../work-progress.ts";
import type { TokenizerAnswer, TokenizerTask } from "./train-tokenizer-thread.ts";

interface Flags {
  readonly data: string;
  readonly field: string;
  readonly vocabSize: number;
  readonly offline?: boolean;
}

export function addTrainTokenizerCommand(program: Command, context: CliContext): void {
  program
    .command("train-tokenizer")
    .description("learn a byte-level BPE from text; writes a tokenizer.json")
    .argument("<file>", "the tokenizer.json to write; nothing may be there")
    .requiredOption("-d, --data <data>", dataForms)
    .option("--field <name>", "of JSONL, or column of Parquet, that holds the text", "text")
    .option("--vocab-size <count>", "ids, <|endoftext|> included", wholeNumber({ least: 257 }), 8192)
    .option("--offline", "use nothing that is not on this machine already")
    .action((file: string, flags: Flags) => trainTokenizer(file, flags, context));
}

async function trainTokenizer(file: string, flags: Flags, context: CliContext): Promise<void> {
  const { data, field, vocabSize } = flags;
  await refuseTaken(file);
  const json = await learn({ ...(await findData(data, flags, context)), field, vocabSize }, context);
  await replaceFile(file, (write) => write(Buffer.from(json)));
  printLine(context.stdout, file);
  printLine(context.stderr, `${createTokenizer(json).vocabSize} ids, of ${vocabSize} that were asked for.`);
}

async function refuseTaken(file: string): Promise<void> {
  const taken = await access(file).then(
    () => true,
    () => false,
  );
  if (taken) {
    throw new SdttError("io", `There is something at ${file} already: remove it or choose another name.`);
  }
}

/** The module beside this one, as written or as built. Only sources import other packages' sources. */
const [module, execArgv] = import.meta.url.endsWith(".ts")
  ? [new URL("./train-tokenizer-thread.ts", import.meta.url), ["--conditions=@sdtt/source"]]
  : [new URL("./train-tokenizer-thread.js", import.meta.url), []];

/** The text of the tokenizer.json. */
async function learn(task: TokenizerTask, context: CliContext): Promise<string> {
  using _ = showProgress(context, "Learning the tokenizer");
  const thread = new Worker(module, { workerData: task, execArgv });
  try {
    const [answer] = (await once(thread, "message", { signal: context.signal })) as [TokenizerAnswer];
    if ("json" in answer) return answer.json;
    throw new SdttError(answer.code, answer.message);
  } finally {
    await thread.terminate();
  }
}
