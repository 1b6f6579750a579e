import type { Command } from "commander";
import type { CliContext } from "../../context.ts";
import { addBenchmarkCommand } from "./benchmark.ts";
import { addLambadaCommand } from "./lambada.ts";
import { addNelboCommand } from "./nelbo.ts";
import { addReportCommand } from "./report.ts";
import { addSamplerCommand } from "./sampler.ts";
import { addSamplesCommand } from "./samples.ts";
import { addZeroShotCommand } from "./zero-shot.ts";

export function addEvalCommand(program: Command, context: CliContext): void {
  const command = program.command("eval").description("measure a model, or the texts it writes");
  for (const add of [
    addNelboCommand,
    addZeroShotCommand,
    addLambadaCommand,
    addSamplesCommand,
    addSamplerCommand,
    addReportCommand,
    addBenchmarkCommand,
  ])
    add(command, context);
}
