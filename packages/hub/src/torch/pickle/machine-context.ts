import type { Malformed } from "../malformed.ts";
import { createBudget } from "./limits.ts";
import type { PickleBudget } from "./limits.ts";
import type { Operation, OperationName } from "./operations.ts";
import { createStack } from "./stack.ts";
import type { PickleStack } from "./stack.ts";
import type { PickleValue } from "./value.ts";

/** What the steps of one run share. */
export interface MachineContext extends PickleBudget {
  readonly stack: PickleStack;
  /** Pays for a new object, without its text or items, and puts it on the stack. */
  readonly pushObject: (value: PickleValue) => void;
  readonly malformed: Malformed;
}

/** What is done at each of some operations. */
export type Steps<Name extends OperationName> = Readonly<Record<Name, (operation: Operation) => void>>;

/** What V8 needs for an object, measured and rounded up. */
const [hashTableBytes, objectBytes] = [208, 64];

/** An empty stack and nothing spent. */
export function createContext(malformed: Malformed): MachineContext {
  const stack = createStack(malformed);
  const budget = createBudget(malformed);
  return {
    ...budget,
    stack,
    malformed,
    pushObject: (value) => {
      budget.spendMemory(value instanceof Map || value instanceof Set ? hashTableBytes : objectBytes);
      stack.push(value);
    },
  };
}
