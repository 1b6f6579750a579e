import { formatTable } from "@sdtt/report/text";
import type { Command } from "commander";
import { elementCount, isSdttError } from "@sdtt/core";
import type { DataType } from "@sdtt/core";
import { openCheckpoint, openCheckpointContents } from "@sdtt/hub";
import type { Checkpoint, OpenCheckpointOptions } from "@sdtt/hub";
import { headOf, isCausal, tokenCount } from "@sdtt/models";
import type { ModelDescription } from "@sdtt/models";
import { openTokenizer } from "sdtt";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { addCheckpointOptions, findCheckpoint } from "../model-options.ts";
import type { CheckpointFlags } from "../model-options.ts";

/** What is known of a checkpoint, be it one that runs or not. */
interface Inspection {
  readonly path: string;
  /** Absent if it cannot be run. */
  readonly model?: Checkpoint["description"] | undefined;
  /** Numbers in all of its tensors. */
  readonly elements: number;
  /** Absent without a tokenizer that can be used. */
  readonly tokenizer?: string | undefined;
  /** What stands in the way of running it. */
  readonly problems: readonly string[];
  readonly tensors: readonly { name: string; shape: readonly number[]; dtype: DataType }[];
}

export function addInspectCommand(program: Command, context: CliContext): void {
  const command = program
    .command("inspect")
    .description("say what a checkpoint holds: its tensors, its model, and what is missing or unknown")
    .argument("<model>", "a folder, a file, or a model by name")
    .option("--json", "print what was found as JSON");
  addCheckpointOptions(command).action(async (name: string, flags: CheckpointFlags & { json?: boolean }) => {
    const path = await findCheckpoint(name, flags, context);
    const inspection = await inspect({ path, weightSet: flags.weights, signal: context.signal });
    const report = flags.json ? JSON.stringify(inspection, undefined, 2) : describe(inspection);
    printLine(context.stdout, report);
  });
}

async function inspect(options: OpenCheckpointOptions): Promise<Inspection> {
  const { path } = options;
  await using contents = await openCheckpointContents(options);
  const tensors = Array.from(contents.tensors.tensors, ([name, { shape, dtype }]) => ({
    name,
    shape,
    dtype,
  }));
  const elements = tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const found = { path, elements, tensors };

  const checkpoint = await orReason(openCheckpoint(options));
  if (typeof checkpoint === "string") return { ...found, problems: [checkpoint] };
  const model = checkpoint.description;
  const tokenizer = await orReason(openTokenizer(checkpoint, path));
  if (typeof tokenizer === "string") return { ...found, model, problems: [tokenizer] };
  const source = checkpoint.tokenizer && "path" in checkpoint.tokenizer ? "tokenizer.json" : "GPT-2";
  const fits = tokenizer.vocabSize === tokenCount(headOf(model));
  return {
    ...found,
    model,
    tokenizer: `${source}, ${tokenizer.vocabSize} ids${hasMask(model) ? " and the mask" : ""}`,
    problems: fits
      ? []
      : [`The vocabulary of the model is ${model.config.vocabSize}: it has another tokenizer.`],
  };
}

function hasMask(model: ModelDescription): boolean {
  return tokenCount(headOf(model)) < model.config.vocabSize;
}

/** The result, or in words why there is none. */
async function orReason<T>(result: Promise<T>): Promise<T | string> {
  return result.catch((error: unknown) => {
    if (isSdttError(error) && error.code !== "aborted") return error.message;
    throw error;
  });
}

function describe({ path, model, elements, tokenizer, problems, tensors }: Inspection): string {
  const facts: (readonly [name: string, value: string | number])[] = [
    ["path", path],
    ["tensors", `${tensors.length}, ${elements.toLocaleString("en-US")} numbers`],
  ];
  if (model) {
    const { config } = model;
    const conditioned = isCausal(model) ? undefined : model.config;
    facts.push(
      ["family", model.family.toUpperCase()],
      ["vocabulary", `${config.vocabSize}, ${hasMask(model) ? "the mask included" : "no mask"}`],
      ["hidden size", config.hiddenSize],
      ["blocks", config.blockCount],
      ["attention heads", config.headCount],
      ["trained length", `${config.length} tokens`],
    );
    if (conditioned) {
      facts.push(
        ["conditioning size", conditioned.conditionSize],
        ["time conditioning", conditioned.timeConditioning ? "yes" : "no"],
      );
      if (conditioned.noiseSize !== undefined)
        facts.push(["noise input", `${conditioned.noiseSize} numbers`]);
    }
  }
  if (tokenizer) facts.push(["tokenizer", tokenizer]);
  facts.push(...problems.map((problem) => ["problem", problem] as const));
  const width = Math.max(...facts.map(([name]) => name.length));
  return [
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    "",
    formatTable(
      [{ title: "tensor" }, { title: "shape" }, { title: "dtype" }],
      tensors.map(({ name, shape, dtype }) => [printable(name), `[${shape.join(", ")}]`, dtype]),
    ),
  ].join("\n");
}

/** Names come from files: control characters would reach the terminal. */
function printable(name: string): string {
  return /^[\x20-\x7e]*$/.test(name) ? name : JSON.stringify(name);
}
