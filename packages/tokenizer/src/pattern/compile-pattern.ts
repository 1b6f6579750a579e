import type { CharacterSet } from "./character-set.ts";
import type { Behind, PatternTree, Place, Repeat } from "./pattern-tree.ts";
import { firstCharacters } from "./first-characters.ts";
import type { FirstCharacters } from "./first-characters.ts";
import { UnreadablePattern } from "./unreadable-pattern.ts";

/** One instruction of a program. `next` and its like are indices of instructions. */
type Instruction =
  | { op: "match" }
  | { op: "set"; set: CharacterSet }
  /** Takes as many characters of a set as there are; `keeps` gives none back. */
  | { op: "run"; set: CharacterSet; least: number; most: number; keeps: boolean }
  /** Goes to `first`, and to `second` if that fails. */
  | { op: "split"; first: number; second: number }
  | { op: "jump"; next: number }
  /** Tries these in turn; those that can start with an ASCII character are listed by it. */
  | { op: "choice"; all: readonly number[]; byAscii: readonly (readonly number[])[] }
  /** A program of its own follows, up to its match; what comes after it is at `next`. */
  | { op: "atomic"; next: number }
  | { op: "ahead"; negate: boolean; next: number }
  | { op: "behind"; negate: boolean; options: { start: number; characters: number }[]; next: number }
  | { op: "place"; place: Place; negate: boolean }
  /** Notes where a turn of a loop begins, and leaves the loop after a turn that took nothing. */
  | { op: "enter"; loop: number }
  | { op: "leave-if-empty"; loop: number; next: number };

export interface Program {
  readonly instructions: readonly Instruction[];
  /** How many loops note where their turn begins. */
  readonly loops: number;
}

const mostInstructions = 20_000;

/** @throws UnreadablePattern for a pattern whose repeats make a program of more than 20,000 instructions. */
export function compilePattern(tree: PatternTree): Program {
  const instructions: Instruction[] = [];
  const known = new Map<PatternTree, FirstCharacters>();
  let loops = 0;
  const add = <T extends Instruction>(instruction: T): T => {
    if (instructions.length >= mostInstructions) {
      throw new UnreadablePattern("it repeats groups too often: use smaller numbers in {}");
    }
    instructions.push(instruction);
    return instruction;
  };
  const here = (): number => instructions.length;

  const emit = (node: PatternTree): void => {
    switch (node.kind) {
      case "set":
        add({ op: "set", set: node.set });
        break;
      case "sequence":
        node.parts.forEach(emit);
        break;
      case "choice":
        emitChoice(node.options);
        break;
      case "repeat":
        emitRepeat(node);
        break;
      case "atomic":
        if (isRun(node.body) && !node.body.lazy) emitRun(node.body, true);
        else emitApart({ op: "atomic", next: 0 }, node.body);
        break;
      case "ahead":
        emitApart({ op: "ahead", negate: node.negate, next: 0 }, node.body);
        break;
      case "behind":
        emitBehind(node);
        break;
      case "place":
        add({ op: "place", place: node.place, negate: node.negate });
        break;
    }
  };

  const emitApart = (
    instruction: Extract<Instruction, { op: "atomic" | "ahead" }>,
    body: PatternTree,
  ): void => {
    add(instruction);
    emit(body);
    add({ op: "match" });
    instruction.next = here();
  };

  const emitBehind = ({ options, negate }: Behind): void => {
    const behind = add({
      op: "behind",
      negate,
      options: [] as { start: number; characters: number }[],
      next: 0,
    });
    for (const { body, characters } of options) {
      behind.options.push({ start: here(), characters });
      emit(body);
      add({ op: "match" });
    }
    behind.next = here();
  };

  const emitChoice = (options: readonly PatternTree[]): void => {
    const [all, byAscii] = [[] as number[], [] as number[][]];
    add({ op: "choice", all, byAscii });
    const ends = options.map((option) => {
      all.push(here());
      emit(option);
      return add({ op: "jump", next: 0 });
    });
    for (const end of ends) end.next = here();
    const firsts = options.map((option) => firstCharacters(option, known));
    for (let character = 0; character < 128; character++) {
      byAscii.push(all.filter((_, i) => firsts[i]!.mayBeEmpty || firsts[i]!.ascii[character]));
    }
  };

  const emitRun = ({ body, least, most }: RunTree, keeps: boolean): void => {
    add({ op: "run", set: body.set, least, most, keeps });
  };

  const emitRepeat = (node: Repeat): void => {
    if (isRun(node)) {
      if (!node.lazy) return emitRun(node, false);
      if (node.least > 0) emitRun({ ...node, most: node.least }, true);
    } else {
      for (let i = 0; i < node.least; i++) emit(node.body);
    }
    if (node.most === Infinity) emitLoop(node);
    else emitOptions(node);
  };

  const emitLoop = ({ body, lazy }: Repeat): void => {
    const start = here();
    const split = add({ op: "split", first: 0, second: 0 });
    const loop = loops++;
    const turn = here();
    add({ op: "enter", loop });
    emit(body);
    const check = add({ op: "leave-if-empty", loop, next: 0 });
    add({ op: "jump", next: start });
    check.next = here();
    [split.first, split.second] = lazy ? [here(), turn] : [turn, here()];
  };

  const emitOptions = ({ body, least, most, lazy }: Repeat): void => {
    const splits = Array.from({ length: most - least }, () => {
      const split = add({ op: "split", first: here() + 1, second: here() + 1 });
      emit(body);
      return split;
    });
    for (const split of splits) split[lazy ? "first" : "second"] = here();
  };

  emit(tree);
  add({ op: "match" });
  return { instructions, loops };
}

type RunTree = Repeat & { readonly body: Extract<PatternTree, { kind: "set" }> };

function isRun(tree: PatternTree): tree is RunTree {
  return tree.kind === "repeat" && tree.body.kind === "set";
}
