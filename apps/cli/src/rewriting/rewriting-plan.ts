import { SdttError } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import type { CausalSampleOptions } from "sdtt";

/** Tokens of a document that a text begins with, at least: fewer say nothing of what it is about. */
const shortestBeginning = 3;

/** What a group of texts is written from: text i of the group is text `first + i` of the run. */
export interface RewritingGroup {
  readonly first: number;
  /** Ids, `[count * width]`; a beginning shorter than the others is filled up with its first id. */
  readonly prompts: Int32Array;
  /** How many ids of each count, `[count]`. */
  readonly promptLengths: Int32Array;
}

/** Texts to write, of which text k begins as document k does; behind the last document comes the first again. */
export interface RewritingPlan {
  /** The beginnings of all documents, as long as any text takes of them. */
  readonly beginnings: readonly Int32Array[];
  /** What each text begins with: training texts stand behind it. */
  readonly endOfTextId: number;
  /** The most tokens of a document that a text begins with. */
  readonly longestBeginning: number;
  /** Text k begins with as many tokens as the child k of it says. */
  readonly stream: RandomStream;
}

/** The beginnings of the texts `first` to `first + count - 1`. What a text begins with does not depend on its group. */
export function planGroup(plan: RewritingPlan, first: number, count: number): RewritingGroup {
  const { beginnings, endOfTextId, longestBeginning, stream } = plan;
  const width = 1 + longestBeginning;
  const prompts = new Int32Array(count * width).fill(endOfTextId);
  const promptLengths = Int32Array.from({ length: count }, (_, i) => {
    const beginning = beginnings[(first + i) % beginnings.length]!;
    const range = longestBeginning - shortestBeginning + 1;
    const taken = shortestBeginning + Math.floor(stream.child(first + i).uniform(0) * range);
    prompts.set(beginning.subarray(0, taken), i * width + 1);
    return 1 + Math.min(taken, beginning.length);
  });
  return { first, prompts, promptLengths };
}

/** The stream of a group: text i draws what text `first + i` of the run draws, in whatever group it is. */
export function streamFrom(stream: RandomStream, first: number): RandomStream {
  return { ...stream, child: (text) => stream.child(first + Number(text)) };
}

/** @throws SdttError `usage` for beginnings that are too short to be told apart, or that leave nothing to write. */
export function checkBeginning(longest: number, length: NonNullable<CausalSampleOptions["length"]>): void {
  if (longest >= shortestBeginning && longest + 1 < length) return;
  throw new SdttError(
    "usage",
    `A text begins with ${shortestBeginning} tokens of a document at least, and at most ${length - 2} of ${length} leave something to write; got --beginning ${longest}.`,
  );
}
