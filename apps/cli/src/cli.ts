import { Command } from "commander";
import manifest from "../package.json" with { type: "json" };
import { addConvertCommand } from "./commands/convert.ts";
import { addDistillCommand } from "./commands/distill.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addEvalCommand } from "./commands/eval/eval.ts";
import { addInfillCommand } from "./commands/infill.ts";
import { addInspectCommand } from "./commands/inspect.ts";
import { addModelsCommand } from "./commands/models.ts";
import { addPushCommand } from "./commands/push.ts";
import { addRunsCommand } from "./commands/runs.ts";
import { addSampleCommand } from "./commands/sample.ts";
import { addServeCommand } from "./commands/serve.ts";
import { addTrainTokenizerCommand } from "./commands/train-tokenizer.ts";
import { addTrainCommand } from "./commands/train.ts";
import { addWorkerCommand } from "./commands/worker.ts";
import { printLine } from "./context.ts";
import type { CliContext } from "./context.ts";
import { describeFailure } from "./failure.ts";

/** In the order of the help. */
const commands = [
  addSampleCommand,
  addInfillCommand,
  addTrainTokenizerCommand,
  addTrainCommand,
  addDistillCommand,
  addEvalCommand,
  addRunsCommand,
  addModelsCommand,
  addInspectCommand,
  addConvertCommand,
  addPushCommand,
  addServeCommand,
  addWorkerCommand,
  addDoctorCommand,
];

/** Runs one command line (without `node` and the script) and gives its exit status. Never throws, never exits. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  try {
    await createProgram(context).parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    const { status, message } = describeFailure(error, {
      debug: args.includes("--debug"),
      signal: context.signal,
    });
    if (message !== undefined) printLine(context.stderr, message);
    return status;
  }
}

function createProgram(context: CliContext): Command {
  const program = new Command("sdtt")
    .description("Run masked diffusion language models: text in a few steps instead of one token at a time.")
    .version(manifest.version)
    .option("--debug", "show where an error comes from")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .showSuggestionAfterError();
  for (const add of commands) add(program, context);
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}
