import type { Program } from "./compile-pattern.ts";
import { isAt, stepBack, widthAt } from "./places.ts";

/** Finds the matches of a program in one text. */
export interface Matcher {
  /** The end of the match that starts at a place; -1 if none does. */
  matchAt(start: number, searchStart: number): number;
}

/**
 * Runs a program by backtracking, as Oniguruma does. Pending alternatives are kept on a stack in memory and not on the
 * call stack, and a run of one set takes one entry there whatever its length: no text is too long.
 */
export function createMatcher({ instructions, loops }: Program, text: string): Matcher {
  // What to try next, three numbers each: an instruction, a position and, for a run, the earliest position that it may
  // give characters back to. An instruction below 0 stands for a loop, the position then for where its turn had begun.
  // Not behind an interface: this is the inner loop of encoding.
  let stack = new Int32Array(3 * 64);
  let top = 0;
  const push = (at: number, position: number, earliest: number): void => {
    if (top === stack.length) {
      const grown = new Int32Array(2 * top);
      grown.set(stack);
      stack = grown;
    }
    stack[top] = at;
    stack[top + 1] = position;
    stack[top + 2] = earliest;
    top += 3;
  };
  /** Where the present turn of each loop began. */
  const turns = new Int32Array(loops);
  let searchStart = 0;

  /** The end of the match of the program at `start`, or -1. Its remaining alternatives are dropped. */
  const run = (start: number, from: number): number => {
    const bottom = top;
    let at = start;
    let position = from;
    for (;;) {
      let failed = false;
      const instruction = instructions[at]!;
      switch (instruction.op) {
        case "run": {
          const { set, least, most, keeps } = instruction;
          let count = 0;
          let end = position;
          let earliest = least === 0 ? position : -1;
          while (count < most && end < text.length) {
            const unit = text.charCodeAt(end);
            const isPair = (unit & 0xfc00) === 0xd800;
            if (!set.has(isPair ? text.codePointAt(end)! : unit)) break;
            end += isPair ? 2 : 1;
            if (++count === least) earliest = end;
          }
          if (count < least) {
            failed = true;
          } else {
            at++;
            if (!keeps && end > earliest) push(at, end, earliest);
            position = end;
          }
          break;
        }
        case "choice": {
          const character = position < text.length ? text.charCodeAt(position) : 128;
          const options = character < 128 ? instruction.byAscii[character]! : instruction.all;
          if (options.length === 0) {
            failed = true;
          } else {
            for (let i = options.length - 1; i > 0; i--) push(options[i]!, position, -1);
            at = options[0]!;
          }
          break;
        }
        case "match":
          top = bottom;
          return position;
        case "set":
          if (position < text.length && instruction.set.has(text.codePointAt(position)!)) {
            position += widthAt(text, position);
            at++;
          } else {
            failed = true;
          }
          break;
        case "split":
          push(instruction.second, position, -1);
          at = instruction.first;
          break;
        case "jump":
          at = instruction.next;
          break;
        case "atomic": {
          const end = run(at + 1, position);
          if (end < 0) failed = true;
          else [at, position] = [instruction.next, end];
          break;
        }
        case "ahead":
          if (run(at + 1, position) < 0 === instruction.negate) at = instruction.next;
          else failed = true;
          break;
        case "behind": {
          const here = position;
          const found = instruction.options.some(({ start, characters }) => {
            const before = stepBack(text, here, characters);
            return before >= 0 && run(start, before) === here;
          });
          if (found !== instruction.negate) at = instruction.next;
          else failed = true;
          break;
        }
        case "place":
          if (isAt(text, position, instruction.place, searchStart) !== instruction.negate) at++;
          else failed = true;
          break;
        case "enter":
          push(-1 - instruction.loop, turns[instruction.loop]!, -1);
          turns[instruction.loop] = position;
          at++;
          break;
        case "leave-if-empty":
          at = position === turns[instruction.loop] ? instruction.next : at + 1;
          break;
      }
      while (failed) {
        if (top === bottom) return -1;
        at = stack[top - 3]!;
        position = stack[top - 2]!;
        const earliest = stack[top - 1]!;
        if (at < 0) {
          turns[-1 - at] = position;
          top -= 3;
          continue;
        }
        if (earliest >= 0) position = stepBack(text, position, 1);
        // A run stays until it has given back all that it may.
        if (earliest >= 0 && position > earliest) stack[top - 2] = position;
        else top -= 3;
        failed = false;
      }
    }
  };

  return {
    matchAt(start, from) {
      searchStart = from;
      return run(0, start);
    },
  };
}
