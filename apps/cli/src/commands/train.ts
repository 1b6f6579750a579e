import { readFile } from "node:fs/promises";
import { SdttError } from "@sdtt/core";
import { train } from "@sdtt/distill";
import type { TrainOptions } from "@sdtt/distill";
import { openCheckpoint } from "@sdtt/hub";
import type { Checkpoint } from "@sdtt/hub";
import { createTokenizer, loadGpt2Tokenizer } from "@sdtt/tokenizer";
import { headOf, tokenCount } from "@sdtt/models";
import type { ModelDescription } from "@sdtt/models";
import type { Tokenizer } from "@sdtt/tokenizer";
import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { addOfflineOption, findCheckpoint } from "../model-options.ts";
import { withRanks } from "../ranks/with-ranks.ts";
import type { Ranked } from "../ranks/with-ranks.ts";
import { readSettings } from "../training/read-settings.ts";
import { addRunOptions, runCommand } from "../training/run-command.ts";
import { optimizerOf, runSettingsTable } from "../training/run-settings.ts";
import type { RunSettings } from "../training/run-settings.ts";
import { addSettingsFlags, choice, count, settingsOfModel, text } from "../training/settings.ts";
import type { SettingsTable } from "../training/settings.ts";

interface TrainSettings extends RunSettings {
  readonly family: "mdlm" | "ar";
  readonly initial?: string;
  readonly updates: number;
  readonly tokenizer: string;
  readonly hiddenSize: number;
  readonly blockCount: number;
  readonly headCount: number;
  readonly conditionSize: number;
}

const table: SettingsTable<TrainSettings> = {
  ...runSettingsTable({ out: "runs/train", learningRate: 3e-4, warmupSteps: 2500 }),
  family: choice("masked diffusion, or autoregressive: a judge of texts", ["mdlm", "ar"]),
  initial: text(
    "a model to start from, whose sizes are then the defaults; for mdlm an ar model too (default: random weights)",
    "<name>",
  ),
  updates: count("updates in all", 10_000),
  tokenizer: text("gpt2, or a tokenizer.json", "<name>", { default: "gpt2" }),
  hiddenSize: count("width of the network", 256),
  blockCount: count("blocks of the network", 6),
  headCount: count("attention heads of a block", 4),
  conditionSize: count("width of the conditioning, in masked diffusion", 128),
};

const defaultLength = 1024;

interface Flags {
  readonly plan?: boolean;
  readonly offline?: boolean;
}

export function addTrainCommand(program: Command, context: CliContext): void {
  const command = addRunOptions(
    program.command("train").description("train a language model: a teacher to distil, or a judge of texts"),
  );
  addSettingsFlags(addOfflineOption(command), table);
  const run = async (ranked: Ranked, path: string | undefined, flags: Flags) => {
    const { context } = ranked;
    const given = await readSettings(table, path, command);
    const initial = await openInitial(given.values, flags, context);
    const settings = initial ? settingsOfModel(given, sizesOf(initial)) : given;
    const { values } = settings;
    const modelTokens = initial && tokenCount(headOf(initial.description));
    const tokenizer = await openTokenizer(values.tokenizer, modelTokens);
    const model = modelOf(values, tokenizer);
    const source = values.tokenizer === "gpt2" ? { name: "gpt2" } : { path: values.tokenizer, modelTokens };
    const own = { model, initial, updates: values.updates, tokenizer: source };
    const optimizer = optimizerOf(values, values.updates);
    await runCommand({
      ...ranked,
      settings,
      planOnly: flags.plan ?? false,
      offline: flags.offline,
      tokenizer,
      tokenizerSource: source,
      modelLength: model.config.length,
      memory: { model, teacher: false },
      start(options) {
        const names = values.initial === undefined ? {} : { initial: values.initial };
        return train({
          ...options,
          ...own,
          optimizer,
          settings: { ...options.settings, ...names },
        } satisfies TrainOptions);
      },
    });
  };
  command.action((path: string | undefined, flags: Flags) =>
    withRanks(context, (ranked) => run(ranked, path, flags)),
  );
}

async function openInitial(
  { initial }: TrainSettings,
  flags: { offline?: boolean },
  context: CliContext,
): Promise<Checkpoint | undefined> {
  if (initial === undefined) return undefined;
  return openCheckpoint({ path: await findCheckpoint(initial, flags, context), signal: context.signal });
}

/** The settings that make a model like this one. */
function sizesOf({ description, tokenizer }: Checkpoint): Partial<TrainSettings> {
  const { hiddenSize, blockCount, headCount, length } = description.config;
  return {
    family: description.family === "ar" ? "ar" : "mdlm",
    hiddenSize,
    blockCount,
    headCount,
    length,
    ...("conditionSize" in description.config ? { conditionSize: description.config.conditionSize } : {}),
    ...(tokenizer && "path" in tokenizer ? { tokenizer: tokenizer.path } : {}),
  };
}

function modelOf(settings: TrainSettings, { vocabSize }: Tokenizer): ModelDescription {
  const { family, hiddenSize, blockCount, headCount, conditionSize, length = defaultLength } = settings;
  const config = { vocabSize: vocabSize + 1, hiddenSize, blockCount, headCount, length };
  return family === "ar"
    ? { family, config }
    : { family, config: { ...config, conditionSize, timeConditioning: false } };
}

async function openTokenizer(name: string, modelTokens: number | undefined): Promise<Tokenizer> {
  if (name === "gpt2") return loadGpt2Tokenizer();
  const json = await readFile(name, "utf8").catch((cause: unknown) => {
    throw new SdttError("not-found", `The tokenizer ${name} cannot be read: name gpt2 or a tokenizer.json.`, {
      cause,
    });
  });
  return createTokenizer(json, { modelTokens });
}
