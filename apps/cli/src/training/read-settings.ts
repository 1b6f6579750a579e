import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeDirectory } from "@sdtt/hub";
import type { Command } from "commander";
import { readJsonFile } from "../read-json-file.ts";
import { resolveSettings } from "./settings.ts";
import type { ResolvedSettings, SettingsTable } from "./settings.ts";

/** The settings of a command from its config file and flags. */
export async function readSettings<T>(
  table: SettingsTable<T>,
  path: string | undefined,
  command: Command,
): Promise<ResolvedSettings<T>> {
  const flags = Object.fromEntries(
    Object.keys(table)
      .filter((name) => command.getOptionValueSource(name) === "cli")
      .map((name) => [name, command.getOptionValue(name) as unknown]),
  );
  const file = path === undefined ? undefined : { path, content: await readJsonFile(path) };
  return resolveSettings({ table, file, flags });
}

/** Lines of name, value and origin. */
export function describeSettings<T extends object>({ values, origins }: ResolvedSettings<T>): string[] {
  const width = Math.max(...Object.keys(values).map((name) => name.length));
  return Object.entries(values).map(
    ([name, value]) => `  ${name.padEnd(width)}  ${value}  (${origins[name as keyof T]})`,
  );
}

/** Saves the settings beside the run, as a file that the command takes. */
export async function saveSettings(directory: string, values: object): Promise<void> {
  await makeDirectory(directory);
  await writeFile(join(directory, "config.json"), `${JSON.stringify(values, undefined, 2)}\n`);
}
