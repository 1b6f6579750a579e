import type { Malformed } from "../malformed.ts";
import { pickleLimits } from "./limits.ts";
import type { PickleValue } from "./value.ts";

/** The machine's stack. Marks divide it: what lies under the last mark is out of reach until that is taken away. */
export interface PickleStack {
  push(value: PickleValue): void;
  pop(): PickleValue;
  top(): PickleValue;
  mark(): void;
  /** Takes away the last mark and all that lies on it. */
  popMark(): PickleValue[];
  /** Whether nothing lies on the last mark. */
  atMark(): boolean;
  isEmpty(): boolean;
}

/** An empty, bounded stack. */
export function createStack(malformed: Malformed): PickleStack {
  const values: PickleValue[] = [];
  const marks: number[] = [];
  const assertReach = (): void => {
    if (values.length <= (marks.at(-1) ?? 0))
      malformed("its pickle takes more from the stack than it put there");
  };
  return {
    push(value) {
      if (values.length === pickleLimits.stack) {
        malformed(`its pickle puts more than ${pickleLimits.stack} values on the stack`);
      }
      values.push(value);
    },
    pop() {
      assertReach();
      return values.pop()!;
    },
    top() {
      assertReach();
      return values.at(-1)!;
    },
    mark() {
      if (marks.length === pickleLimits.marks) {
        malformed(`its pickle is nested more than ${pickleLimits.marks} deep`);
      }
      marks.push(values.length);
    },
    popMark() {
      const mark = marks.pop() ?? malformed("its pickle ends a group that it never began");
      return values.splice(mark);
    },
    atMark: () => marks.length > 0 && values.length === marks.at(-1),
    isEmpty: () => values.length === 0 && marks.length === 0,
  };
}
