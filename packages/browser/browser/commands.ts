import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BrowserCommand } from "vitest/node";

/** What a test in the browser may ask of Node: the tokens that it writes with each of these options. */
export const writeInNode: BrowserCommand<[options: readonly object[]]> = async (_, options) =>
  (await runInNode("write-in-node.ts", options)) as number[][];

/** The same of log-probabilities, `[rows, vocab]`; null is -Infinity. */
export const logProbsInNode: BrowserCommand<[request: DistributionRequest]> = async (_, request) =>
  (await runInNode("log-probs-in-node.ts", [request])) as (number | null)[];

async function runInNode(file: string, options: readonly object[]): Promise<unknown> {
  const program = join(import.meta.dirname, file);
  const args = ["--conditions=@sdtt/source", program, ...options.map((each) => JSON.stringify(each))];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

/** One text, and the positions in it whose distributions are asked for. */
export interface DistributionRequest {
  readonly tokens: readonly number[];
  readonly rows: readonly number[];
}

declare module "vitest/browser" {
  interface BrowserCommands {
    writeInNode(options: readonly object[]): Promise<number[][]>;
    logProbsInNode(request: DistributionRequest): Promise<(number | null)[]>;
  }
}
