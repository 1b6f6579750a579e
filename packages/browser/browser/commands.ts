import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BrowserCommand } from "vitest/node";

/** What a test in the browser may ask of Node: the tokens that it writes with each of these options. */
export const writeInNode: BrowserCommand<[options: readonly object[]]> = async (_, options) => {
  const program = join(import.meta.dirname, "write-in-node.ts");
  const args = ["--conditions=@sdtt/source", program, ...options.map((each) => JSON.stringify(each))];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as number[][];
};

declare module "vitest/browser" {
  interface BrowserCommands {
    writeInNode(options: readonly object[]): Promise<number[][]>;
  }
}
