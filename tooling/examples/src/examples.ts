import { readFences } from "./fences.ts";
import type { Fence } from "./fences.ts";

/** A program in a document: one code block, or several that continue each other. */
export interface Example {
  readonly language: "ts" | "sh";
  /** The line of the document, from 1, that the first line of code is. */
  readonly line: number;
  /** The code, moved down by empty lines: line n of it is line n of the document, so that errors point there. */
  readonly code: string;
  /** Whether it can run anywhere; if not, it needs the network, a GPU or a server, and can only be type-checked. */
  readonly runs: boolean;
}

/**
 * The examples of a document: its blocks of `ts` and `sh`. Words after the language say more of a block:
 *
 * - `continued`: continues where the block of the same language before it ended; both are one program.
 * - `no-run`: is type-checked but not run. A program of several blocks runs if all of them do.
 *
 * Blocks of other languages, and of none, are no examples. Throws an `Error` with the line for any other word, and for a block
 * that continues nothing.
 */
export function readExamples(markdown: string): Example[] {
  const programs: Fence[][] = [];
  for (const fence of readFences(markdown)) {
    if (!isExample(fence)) continue;
    const unknown = fence.flags.find((flag) => flag !== "continued" && flag !== "no-run");
    if (unknown !== undefined) {
      throw new Error(
        `Line ${fence.line - 1}: a code block is marked "continued" or "no-run"; got "${unknown}".`,
      );
    }
    if (!fence.flags.includes("continued")) {
      programs.push([fence]);
      continue;
    }
    const continued = programs.findLast(([first]) => first!.language === fence.language);
    if (!continued) {
      throw new Error(`Line ${fence.line - 1}: there is no block of ${fence.language} to be continued.`);
    }
    continued.push(fence);
  }
  return programs.map(joinFences);
}

function isExample({ language }: Fence): boolean {
  return language === "ts" || language === "sh";
}

function joinFences(fences: readonly Fence[]): Example {
  const [{ language, line }] = fences as [Fence];
  let code = "";
  let next = 1;
  for (const fence of fences) {
    code += "\n".repeat(fence.line - next) + fence.code;
    next = fence.line + fence.code.split("\n").length - 1;
  }
  return {
    language: language as Example["language"],
    line,
    code,
    runs: !fences.some(({ flags }) => flags.includes("no-run")),
  };
}
