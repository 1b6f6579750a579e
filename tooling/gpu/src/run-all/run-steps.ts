import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runStep, type Outcome, type RunStepOptions } from "./run-step.ts";
import type { Step } from "./steps.ts";

export interface RunStepsOptions extends RunStepOptions {
  readonly steps: readonly Step[];
  /** No step begins after this long. */
  readonly seconds: number;
  /** Runs those again that failed or timed out before. */
  readonly again: boolean;
  /** A line about what is done. */
  readonly say: (line: string) => void;
}

/**
 * Runs steps in order and writes the outcome of each into NAME.json as it comes, and all of them into SUMMARY.md. A step
 * that has an outcome is not run again, so that the same call resumes where another was stopped.
 *
 * @returns the outcomes that there are now.
 */
export async function runSteps(options: RunStepsOptions): Promise<Outcome[]> {
  const { steps, folder, seconds, again, say, signal } = options;
  await mkdir(folder, { recursive: true });
  const started = performance.now();
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    const known = await readOutcome(folder, step);
    if (known && (known.status === "passed" || !again)) {
      outcomes.push(known);
      continue;
    }
    if (signal?.aborted) break;
    if ((performance.now() - started) / 1000 >= seconds) {
      say(`${step.name}: left for the next call`);
      continue;
    }
    say(`${step.name}: ${step.what} ...`);
    const outcome = await runStep(step, options);
    if (!outcome) break;
    say(`${step.name}: ${outcome.status} after ${outcome.seconds} s`);
    outcomes.push(outcome);
    await write(join(folder, `${step.name}.json`), JSON.stringify(outcome));
    await write(join(folder, "SUMMARY.md"), await summarise(folder, outcomes));
  }
  return outcomes;
}

async function readOutcome(folder: string, { name }: Step): Promise<Outcome | undefined> {
  const text = await readFile(join(folder, `${name}.json`), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Outcome);
}

/** Whole or not at all: the machine may be taken away at any time. */
async function write(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}

const shown = 40;

/** The outcomes as a table, then the last lines that each step has printed. */
async function summarise(folder: string, outcomes: readonly Outcome[]): Promise<string> {
  const rows = outcomes.map(
    ({ name, what, status, seconds }) => `| ${name} | ${what} | ${status} | ${seconds} |`,
  );
  const parts = await Promise.all(
    outcomes.map(async ({ name, status }) => {
      const read = (ending: string) => readFile(join(folder, `${name}.${ending}`), "utf8").catch(() => "");
      const text = (await read("out")) + (status === "passed" ? "" : await read("err"));
      return `## ${name}\n\n\`\`\`\n${text.trim().split("\n").slice(-shown).join("\n")}\n\`\`\`\n`;
    }),
  );
  return ["| step | what | status | s |", "| --- | --- | --- | --- |", ...rows, "", ...parts].join("\n");
}
