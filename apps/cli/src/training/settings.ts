import { SdttError } from "@sdtt/core";
import type { Command } from "commander";
import { Option } from "commander";
import { closest } from "fastest-levenshtein";
import { z } from "zod";

/** One setting of a run: a key of its config file and a flag of its command. */
export interface Setting<T> {
  /** How the flag names its value; absent for one that is on or off. */
  readonly placeholder?: string;
  readonly description: string;
  readonly schema: z.ZodType<T>;
  /** Absent: there is none, and the setting may be left out, unless it is required. */
  readonly default?: T;
  readonly required?: boolean;
}

/** A setting for each key. */
export type SettingsTable<T> = { readonly [K in keyof T]-?: Setting<Exclude<T[K], undefined>> };

/** `model`: of the model that a run starts from. */
type Origin = "default" | "file" | "flag" | "model";

export interface ResolvedSettings<T> {
  readonly values: T;
  readonly origins: Readonly<Partial<Record<keyof T, Origin>>>;
}

type Extra = Omit<Setting<never>, "schema" | "description" | "default">;

export const count = (
  description: string,
  value?: number,
  least = 1,
  extra: Extra = {},
): Setting<number> => ({
  placeholder: "<count>",
  description,
  schema: z.int().min(least),
  ...(value === undefined ? {} : { default: value }),
  ...extra,
});

export const real = (
  description: string,
  value: number,
  schema: z.ZodType<number> = z.number().min(0),
): Setting<number> => ({
  placeholder: "<number>",
  description,
  schema,
  default: value,
});

/** A number that may be left out. */
export const optionalReal = (description: string): Setting<number> => ({
  placeholder: "<number>",
  description,
  schema: z.number().min(0),
});

export const text = (
  description: string,
  placeholder: string,
  extra: { default?: string; required?: boolean } = {},
): Setting<string> => ({
  placeholder,
  description,
  schema: z.string().min(1),
  ...extra,
});

export const choice = <const C extends readonly [string, ...string[]]>(
  description: string,
  choices: C,
): Setting<C[number]> => ({
  placeholder: "<name>",
  description: `${description}: ${choices.join(", ")}`,
  schema: z.enum(choices),
  default: choices[0],
});

export const toggle = (description: string, value: boolean): Setting<boolean> => ({
  description,
  schema: z.boolean(),
  default: value,
});

/** Gives a command a flag for each setting. Defaults are told in the help and filled in by `resolveSettings`. */
export function addSettingsFlags<T>(command: Command, table: SettingsTable<T>): void {
  for (const [name, setting] of entriesOf(table)) {
    const kebab = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const { placeholder, description } = setting;
    const note =
      setting.default === undefined
        ? ""
        : ` (default: ${String(setting.default as string | number | boolean)})`;
    if (placeholder === undefined) {
      command.addOption(new Option(`--${kebab}`, description + note));
      command.addOption(new Option(`--no-${kebab}`).hideHelp());
    } else {
      command.addOption(new Option(`--${kebab} ${placeholder}`, description + note));
    }
  }
}

/**
 * What a run is told: flags before the file before the defaults.
 *
 * @param options.flags - those that were given, as text or as booleans.
 * @throws SdttError `usage` with every problem in one line; an unknown key with the known one that is nearest.
 */
export function resolveSettings<T>(options: {
  table: SettingsTable<T>;
  file?: { path: string; content: unknown } | undefined;
  flags: Readonly<Record<string, unknown>>;
}): ResolvedSettings<T> {
  const { table, file, flags } = options;
  const problems: string[] = [];
  const inFile = file ? contentOf(file) : {};
  const known = Object.keys(table);
  for (const key of Object.keys(inFile).filter((name) => !known.includes(name))) {
    problems.push(
      `${file!.path} has the unknown key ${JSON.stringify(key)}; the nearest known one is "${closest(key, known)}"`,
    );
  }

  const values: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  for (const [name, setting] of entriesOf(table)) {
    const origin = flags[name] !== undefined ? "flag" : inFile[name] !== undefined ? "file" : "default";
    const given = { flag: fromText(flags[name], setting), file: inFile[name], default: setting.default }[
      origin
    ];
    if (given === undefined) {
      if (setting.required) problems.push(`${name} is not given: name it in the file or with a flag`);
      continue;
    }
    const result = setting.schema.safeParse(given);
    if (result.success) [values[name], origins[name]] = [result.data, origin];
    else
      problems.push(`${name} (${origin}): ${result.error.issues[0]!.message}; got ${JSON.stringify(given)}`);
  }
  if (problems.length > 0) throw new SdttError("usage", `${problems.join("; ")}.`);
  return { values: values as T, origins: origins as ResolvedSettings<T>["origins"] };
}

/** The same settings, where nobody gave one as a model has it. */
export function settingsOfModel<T>(
  { values, origins }: ResolvedSettings<T>,
  ofModel: Partial<T>,
): ResolvedSettings<T> {
  const names = Object.keys(ofModel) as (keyof T)[];
  const open = names.filter((name) => origins[name] === undefined || origins[name] === "default");
  return {
    values: { ...values, ...Object.fromEntries(open.map((name) => [name, ofModel[name]])) },
    origins: { ...origins, ...Object.fromEntries(open.map((name) => [name, "model"])) },
  };
}

function contentOf({ path, content }: { path: string; content: unknown }): Record<string, unknown> {
  if (typeof content === "object" && content !== null && !Array.isArray(content)) {
    return content as Record<string, unknown>;
  }
  throw new SdttError("usage", `${path} must hold a JSON object of settings.`);
}

/** A flag's words as JSON would have them: numbers where the setting is one. */
function fromText(given: unknown, { schema }: Setting<unknown>): unknown {
  if (typeof given !== "string" || schema.safeParse(given).success) return given;
  return given.trim() !== "" && Number.isFinite(Number(given)) ? Number(given) : given;
}

function entriesOf<T>(table: SettingsTable<T>): [string, Setting<unknown>][] {
  return Object.entries(table) as [string, Setting<unknown>][];
}
