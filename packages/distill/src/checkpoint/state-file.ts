import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SdttError } from "@sdtt/core";
import { z } from "zod";
import type { TrainingProgress } from "../progress.ts";
import { modelFiles } from "./model-directory.ts";
import type { FileDigest } from "./digest.ts";

/** What the course of a run depends on beside the values of its data: a run resumes only with the same. */
export type RunSettings = Record<string, string | number | boolean>;

/** The file that a round is taught from. */
export interface TeacherRecord {
  /** Whose directory it lies in. */
  readonly round: number;
  /** One of `modelFiles`. */
  readonly file: string;
  readonly digest: FileDigest;
}

/** What a checkpoint says of itself. */
export interface StateFile {
  readonly format: "sdtt-training-state";
  readonly version: 1;
  readonly progress: TrainingProgress;
  readonly settings: RunSettings;
  readonly teacher?: TeacherRecord | undefined;
  /** Every other file of the directory by its name. */
  readonly files: Readonly<Record<string, FileDigest>>;
}

const name = "state.json";

const count = z.int().min(0);
const digest = z.object({ bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const file = z.enum(Object.values(modelFiles));

const schema: z.ZodType<StateFile> = z.object({
  format: z.literal("sdtt-training-state"),
  version: z.literal(1),
  progress: z.object({
    step: count,
    optimizerStep: count,
    averageStep: count,
    round: count,
    roundStep: count,
  }),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  teacher: z.object({ round: count, file, digest }).optional(),
  files: z.record(z.string().regex(/^[\w.-]+$/), digest),
});

export async function writeStateFile(
  directory: string,
  state: Omit<StateFile, "format" | "version">,
): Promise<void> {
  const whole: StateFile = { format: "sdtt-training-state", version: 1, ...state };
  const text = `${JSON.stringify(whole, undefined, 2)}\n`;
  await writeFile(join(directory, name), text, { flush: true });
}

/** Throws `format` if it is missing or no state of ours. */
export async function readStateFile(directory: string): Promise<StateFile> {
  const path = join(directory, name);
  try {
    return schema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    const reason = issue ? `${issue.path.join(".")}: ${issue.message}` : (cause as Error).message;
    throw new SdttError("format", `${path} is not the state of a run: ${reason.replaceAll(/\s+/g, " ")}.`, {
      cause,
    });
  }
}
