import { styleText } from "node:util";
import type { Command } from "commander";
import { diagnose } from "@sdtt/runtime";
import type { Availability, Diagnosis } from "@sdtt/runtime";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";

export function addDoctorCommand(program: Command, context: CliContext): void {
  program
    .command("doctor")
    .description("say what runs on this machine, what does not, and what to do about it")
    .option("--json", "print what was found as JSON")
    .action(async ({ json = false }: { json?: boolean }) => {
      const diagnosis = await diagnose();
      const report = json ? JSON.stringify(diagnosis, undefined, 2) : describe(diagnosis).join("\n");
      printLine(context.stdout, report);
    });
}

function describe(diagnosis: Diagnosis): string[] {
  const { versions, library, platform, engines, devices, processor, memory } = diagnosis;
  const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return [
    heading("Versions"),
    ...Object.entries(versions).map(([name, version]) => `  ${name} ${version}`),
    `  ONNX Runtime ${library.version ?? "of unknown version"}, in ${library.folder}`,
    heading("Machine"),
    `  ${platform}, ${processor.model ?? "unknown processor"}`,
    `  ${processor.threads} threads, ${gibibytes(memory.available)} of ${gibibytes(memory.total)} memory free`,
    heading("Engines"),
    ...engines.flatMap(availability),
    heading("Devices"),
    ...devices.flatMap(availability),
  ];
}

function availability({ name, available, missing }: Availability): string[] {
  const state = available ? styleText("green", "ready") : styleText("yellow", "not available");
  return [`  ${name}: ${state}`, ...missing.map(({ what, remedy }) => `    ${what}\n      try: ${remedy}`)];
}

function heading(text: string): string {
  return styleText("bold", text);
}
