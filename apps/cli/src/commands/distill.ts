import type { TokenizerSource } from "@sdtt/data";
import { distill, paperRounds, planRounds } from "@sdtt/distill";
import type { DistillOptions, TeacherGrid } from "@sdtt/distill";
import { openCheckpoint } from "@sdtt/hub";
import type { Checkpoint } from "@sdtt/hub";
import type { DistillationLossAlias, TrainableLossName } from "@sdtt/losses";
import { headOf, tokenCount } from "@sdtt/models";
import type { Command } from "commander";
import { openTokenizer } from "sdtt";
import type { CliContext } from "../context.ts";
import { addOfflineOption, findCheckpoint } from "../model-options.ts";
import { readSettings } from "../training/read-settings.ts";
import { addRunOptions, runCommand } from "../training/run-command.ts";
import { optimizerOf, runSettingsTable } from "../training/run-settings.ts";
import type { RunSettings } from "../training/run-settings.ts";
import { addSettingsFlags, choice, count, text, toggle } from "../training/settings.ts";
import type { SettingsTable } from "../training/settings.ts";

interface DistillSettings extends RunSettings {
  readonly teacher: string;
  readonly student?: string;
  readonly loss: TrainableLossName | DistillationLossAlias;
  readonly targets: TeacherGrid;
  readonly teacherSteps: number;
  readonly stepsPerTarget: number;
  readonly smallestSteps: number;
  readonly updatesPerRound: number;
  readonly resetOptimizer: boolean;
  readonly nextTeacher: "weights" | "average";
}

const table: SettingsTable<DistillSettings> = {
  ...runSettingsTable({ out: "runs/distill", learningRate: 6e-5, warmupSteps: 500 }),
  teacher: text("a named model, org/name@revision, a folder or a file", "<name>", { default: "tiny" }),
  student: text("what the first student starts from (default: the teacher)", "<name>"),
  loss: choice("how far the student is from its teacher; kld is the paper's name for kl-bwd", [
    "kl-bwd",
    "kl-fwd",
    "mse",
    "tvd",
    "tvd-log",
    "kld",
  ]),
  targets: choice("the teacher's time grid", ["paper", "released"]),
  teacherSteps: count("steps that the first teacher samples in", paperRounds.teacherSteps),
  stepsPerTarget: count("teacher steps for one of the student", paperRounds.stepsPerTarget, 2),
  smallestSteps: count("steps of the last student", paperRounds.smallestSteps),
  updatesPerRound: count("updates of a round", paperRounds.updatesPerRound),
  resetOptimizer: toggle("begin each round with fresh moments", false),
  nextTeacher: choice("which of a student's weights teach the next round", ["weights", "average"]),
};

export function addDistillCommand(program: Command, context: CliContext): void {
  const command = addRunOptions(
    program
      .command("distill")
      .description("distil a model through time: students that need half the steps, round by round"),
  );
  addSettingsFlags(addOfflineOption(command), table);
  command.action(async (path: string | undefined, flags: { plan?: boolean; offline?: boolean }) => {
    const settings = await readSettings(table, path, command);
    const { values } = settings;
    const { loss, targets, resetOptimizer, nextTeacher } = values;
    const { teacherSteps, stepsPerTarget, smallestSteps, updatesPerRound } = values;
    const rounds = { teacherSteps, stepsPerTarget, smallestSteps, updatesPerRound };
    const optimizer = optimizerOf(values, planRounds(rounds).length * updatesPerRound);
    const open = async (name: string) =>
      openCheckpoint({ path: await findCheckpoint(name, flags, context), signal: context.signal });
    const teacher = await open(values.teacher);
    const student = values.student === undefined ? undefined : await open(values.student);
    const own = { teacher, student, loss, targets, resetOptimizer, nextTeacher, ...rounds, optimizer };
    await runCommand({
      context,
      settings,
      planOnly: flags.plan ?? false,
      offline: flags.offline,
      tokenizer: await openTokenizer(teacher, values.teacher),
      tokenizerSource: sourceOf(teacher),
      modelLength: teacher.description.config.length,
      memory: { model: teacher.description, teacher: true },
      start: (options) => {
        const names = { teacher: values.teacher, ...(values.student ? { student: values.student } : {}) };
        return distill({
          ...options,
          ...own,
          settings: { ...options.settings, ...names },
        } satisfies DistillOptions);
      },
    });
  });
}

function sourceOf({ tokenizer, description }: Checkpoint): TokenizerSource {
  if (tokenizer === undefined) return { name: "gpt2" };
  return "path" in tokenizer ? { ...tokenizer, modelTokens: tokenCount(headOf(description)) } : tokenizer;
}
