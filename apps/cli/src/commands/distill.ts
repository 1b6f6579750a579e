import type { TokenizerSource } from "@sdtt/data";
import { distill, methodNames, paperRounds, planMethod } from "@sdtt/distill";
import type { DistillOptions, MethodName, MethodOptions, TeacherGrid } from "@sdtt/distill";
import { openCheckpoint } from "@sdtt/hub";
import type { Checkpoint } from "@sdtt/hub";
import type { DistillationLossAlias, TrainableLossName } from "@sdtt/losses";
import { headOf, tokenCount } from "@sdtt/models";
import type { Command } from "commander";
import { openTokenizer } from "sdtt";
import { z } from "zod";
import type { CliContext } from "../context.ts";
import { addOfflineOption, findCheckpoint } from "../model-options.ts";
import { withRanks } from "../ranks/with-ranks.ts";
import type { Ranked } from "../ranks/with-ranks.ts";
import { readSettings } from "../training/read-settings.ts";
import { settingsOfMethod } from "../training/settings-of-method.ts";
import { addRunOptions, runCommand } from "../training/run-command.ts";
import { optimizerOf, runSettingsTable } from "../training/run-settings.ts";
import type { RunSettings } from "../training/run-settings.ts";
import { addSettingsFlags, choice, count, optionalReal, real, text, toggle } from "../training/settings.ts";
import type { SettingsTable } from "../training/settings.ts";

interface DistillSettings extends RunSettings {
  readonly teacher: string;
  readonly student?: string;
  readonly method: MethodName;
  readonly loss: TrainableLossName | DistillationLossAlias;
  readonly targets: TeacherGrid;
  readonly teacherSteps: number;
  readonly stepsPerTarget: number;
  readonly smallestSteps: number;
  readonly updatesPerRound: number;
  readonly resetOptimizer: boolean;
  readonly nextTeacher: "weights" | "average";
  readonly updates: number;
  readonly fake?: string;
  readonly fakeLearningRate?: number;
  readonly fakeRegularization: number;
  readonly reverseSteps?: number;
  readonly teacherTemperature: number;
  readonly noiseSize?: number;
  readonly noiseScale?: number;
  readonly maxJump: number;
  readonly dataWeight: number;
  readonly validationTexts: number;
  readonly validationSteps: number;
}

const table: SettingsTable<DistillSettings> = {
  ...runSettingsTable({ out: "runs/distill", learningRate: 6e-5, warmupSteps: 500 }),
  teacher: text("a named model, org/name@revision, a folder or a file", "<name>", { default: "tiny" }),
  student: text("what the first student starts from (default: the teacher)", "<name>"),
  method: choice("how to distil", methodNames),
  loss: choice("sdtt: how far the student is from its teacher; kld is the paper's name for kl-bwd", [
    "kl-bwd",
    "kl-fwd",
    "js",
    "mse",
    "tvd",
    "tvd-log",
    "kld",
  ]),
  targets: choice("sdtt: the teacher's time grid", ["paper", "released"]),
  teacherSteps: count("sdtt: steps that the first teacher samples in", paperRounds.teacherSteps),
  stepsPerTarget: count("sdtt: teacher steps for one of the student", paperRounds.stepsPerTarget, 2),
  smallestSteps: count("sdtt: steps of the last student", paperRounds.smallestSteps),
  updatesPerRound: count("sdtt: updates of a round", paperRounds.updatesPerRound),
  resetOptimizer: toggle("sdtt: begin each round with fresh moments", false),
  nextTeacher: choice("sdtt: which of a student's weights teach the next round", ["weights", "average"]),
  updates: count("idlm, consistency: updates in all", 10_000),
  fake: text(
    "idlm: what the model that learns the student's texts starts from (default: the teacher)",
    "<name>",
  ),
  fakeLearningRate: optionalReal("idlm: learning rate of that model (default: the student's)"),
  fakeRegularization: real("idlm: weight of what keeps that model near the teacher, as D-MMD does", 0),
  reverseSteps: count(
    "idlm: mask the student's texts by a step of the reverse sampler, of 1 / this at most, as D-MMD does (default: the whole text again)",
  ),
  teacherTemperature: real(
    "idlm: what the teacher's logits are divided by; below 1 the student learns to write more carefully",
    1,
    z.number().positive(),
  ),
  noiseSize: count(
    "idlm: numbers of a random vector that is added to the student's masks, so that one pass can choose among texts, as D-MMD does (default: none)",
  ),
  noiseScale: optionalReal(
    "idlm: how large the projected vector is at the start, as a multiple of the mask's embedding (default: 4)",
  ),
  maxJump: real(
    "consistency: longest jump in time between the predictions that are compared, above 0 and at most 1",
    0.25,
    z.number().gt(0).max(1),
  ),
  dataWeight: real(
    "consistency: added weight of the cross-entropy to the data, which keeps the student from collapsing",
    1,
  ),
  validationTexts: count(
    "texts that the student writes at a validation, to tell their entropy; 0 for none",
    16,
    0,
  ),
  validationSteps: count("steps of those texts", 8),
};

interface Flags {
  readonly plan?: boolean;
  readonly offline?: boolean;
}

export function addDistillCommand(program: Command, context: CliContext): void {
  const command = addRunOptions(
    program
      .command("distill")
      .description(
        "distil a model: through time, into students that need half the steps, round by round, or by another method",
      ),
  );
  addSettingsFlags(addOfflineOption(command), table);
  const run = async (ranked: Ranked, path: string | undefined, flags: Flags) => {
    const { context } = ranked;
    const settings = settingsOfMethod(await readSettings(table, path, command));
    const { values } = settings;
    const open = async (name: string) =>
      openCheckpoint({ path: await findCheckpoint(name, flags, context), signal: context.signal });
    const openGiven = async (name: string | undefined) => (name === undefined ? undefined : open(name));
    const teacher = await open(values.teacher);
    const student = await openGiven(values.student);
    const fake = await openGiven(values.fake);
    const { method, loss, targets, resetOptimizer, nextTeacher } = values;
    const { teacherSteps, stepsPerTarget, smallestSteps, updatesPerRound } = values;
    const { updates, fakeLearningRate, fakeRegularization, reverseSteps, teacherTemperature } = values;
    const { noiseSize, noiseScale } = values;
    const steps = { teacherSteps, stepsPerTarget, smallestSteps, updatesPerRound };
    const sdtt = { loss, targets, resetOptimizer, nextTeacher, ...steps };
    const ofFake = { fake, fakeLearningRate, fakeRegularization };
    const idlm = { updates, ...ofFake, reverseSteps, teacherTemperature, noiseSize, noiseScale };
    const { maxJump, dataWeight } = values;
    const consistency = { updates, maxJump, dataWeight };
    const ofMethod: MethodOptions = { method, ...sdtt, ...idlm, ...consistency };
    const { rounds, companions, passes } = planMethod(ofMethod);
    const optimizer = optimizerOf(
      values,
      rounds.reduce((sum, round) => sum + round.updates, 0),
    );
    const own = { teacher, student, ...ofMethod, optimizer };
    await runCommand({
      ...ranked,
      settings,
      planOnly: flags.plan ?? false,
      offline: flags.offline,
      tokenizer: await openTokenizer(teacher, values.teacher),
      tokenizerSource: sourceOf(teacher),
      modelLength: teacher.description.config.length,
      memory: { model: teacher.description, teacher: true, companions: companions.length },
      passes,
      validationTexts: { count: values.validationTexts, steps: values.validationSteps },
      start: (options) => {
        const { student, fake } = values;
        const names = {
          teacher: values.teacher,
          ...(student === undefined ? {} : { student }),
          ...(fake === undefined ? {} : { fake }),
        };
        return distill({
          ...options,
          ...own,
          settings: { ...options.settings, ...names },
        } satisfies DistillOptions);
      },
    });
  };
  command.action((path: string | undefined, flags: Flags) =>
    withRanks(context, (ranked) => run(ranked, path, flags)),
  );
}

function sourceOf({ tokenizer, description }: Checkpoint): TokenizerSource {
  if (tokenizer === undefined) return { name: "gpt2" };
  return "path" in tokenizer ? { ...tokenizer, modelTokens: tokenCount(headOf(description)) } : tokenizer;
}
