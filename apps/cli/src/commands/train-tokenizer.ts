import { writeFile } from "node:fs/promises";
import { SdttError } from "@sdtt/core";
import { readDocuments } from "@sdtt/data";
import { createTokenizer, trainBytePairEncoding } from "@sdtt/tokenizer";
import type { Command } from "commander";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { wholeNumber } from "../numbers.ts";

interface Flags {
  readonly data: string;
  readonly field: string;
  readonly vocabSize: number;
}

export function addTrainTokenizerCommand(program: Command, context: CliContext): void {
  program
    .command("train-tokenizer")
    .description("learn a byte-level BPE from text; writes a tokenizer.json")
    .argument("<file>", "the tokenizer.json to write; nothing may be there")
    .requiredOption("-d, --data <files>", "text or JSONL, also .gz: a file, a folder or a pattern")
    .option("--field <name>", "of JSONL that holds the text", "text")
    .option("--vocab-size <count>", "ids, <|endoftext|> included", wholeNumber({ least: 257 }), 8192)
    .action((file: string, flags: Flags) => trainTokenizer(file, flags, context));
}

async function trainTokenizer(file: string, flags: Flags, context: CliContext): Promise<void> {
  const { data: sources, field, vocabSize } = flags;
  const { signal } = context;
  const texts = readDocuments({ sources, field, signal });
  const json = await trainBytePairEncoding({ texts, vocabSize, signal });
  await writeFile(file, JSON.stringify(json), { flag: "wx" }).catch((cause: unknown) => {
    throw new SdttError("io", `${file} cannot be written: ${(cause as Error).message}.`, { cause });
  });
  printLine(context.stdout, file);
  printLine(context.stderr, `${createTokenizer(json).vocabSize} ids, of ${vocabSize} that were asked for.`);
}
