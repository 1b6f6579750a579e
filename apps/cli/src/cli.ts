import { Command } from "commander";
import manifest from "../package.json" with { type: "json" };
import { printLine } from "./context.ts";
import type { CliContext } from "./context.ts";
import { describeFailure } from "./failure.ts";

type AddCommand = (program: Command, context: CliContext) => void;

/** In the order of the help. A command brings much code along, so only the one that was asked for is loaded. */
const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  sample: async () => (await import("./commands/sample.ts")).addSampleCommand,
  infill: async () => (await import("./commands/infill.ts")).addInfillCommand,
  "train-tokenizer": async () => (await import("./commands/train-tokenizer.ts")).addTrainTokenizerCommand,
  train: async () => (await import("./commands/train.ts")).addTrainCommand,
  distill: async () => (await import("./commands/distill.ts")).addDistillCommand,
  eval: async () => (await import("./commands/eval/eval.ts")).addEvalCommand,
  runs: async () => (await import("./commands/runs.ts")).addRunsCommand,
  models: async () => (await import("./commands/models.ts")).addModelsCommand,
  inspect: async () => (await import("./commands/inspect.ts")).addInspectCommand,
  convert: async () => (await import("./commands/convert.ts")).addConvertCommand,
  push: async () => (await import("./commands/push.ts")).addPushCommand,
  serve: async () => (await import("./commands/serve.ts")).addServeCommand,
  worker: async () => (await import("./commands/worker.ts")).addWorkerCommand,
  doctor: async () => (await import("./commands/doctor.ts")).addDoctorCommand,
};

/** Runs one command line (without `node` and the script) and gives its exit status. Never throws, never exits. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  try {
    const program = await createProgram(args, context);
    await program.parseAsync([...args], { from: "user" });
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

async function createProgram(args: readonly string[], context: CliContext): Promise<Command> {
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
  for (const load of commandsFor(args)) (await load())(program, context);
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

/** The command that is named first, else all of them: for the help, and to suggest a name that is close. */
function commandsFor(args: readonly string[]): (() => Promise<AddCommand>)[] {
  const name = args.find((argument) => !argument.startsWith("-"));
  const named = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  return named ? [named] : Object.values(commands);
}
