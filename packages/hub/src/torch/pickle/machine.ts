import type { Malformed } from "../malformed.ts";
import { containerSteps } from "./container-steps.ts";
import { pickleLimits } from "./limits.ts";
import { createContext } from "./machine-context.ts";
import type { Steps } from "./machine-context.ts";
import { objectSteps } from "./object-steps.ts";
import type { ObjectRules } from "./object-steps.ts";
import type { Operation, OperationName } from "./operations.ts";
import { scalarSteps } from "./scalar-steps.ts";
import type { PickleValue } from "./value.ts";

/** The stack machine that a pickle is written for. CPython's pickletools describes its operations. */
export interface PickleMachine {
  step(operation: Operation): void;
  /** What STOP returns. */
  result(): PickleValue;
}

/** A machine before its first operation. */
export function createMachine(rules: ObjectRules, malformed: Malformed): PickleMachine {
  const context = createContext(malformed);
  const { stack } = context;
  const memo = new Map<number, PickleValue>();
  const store = (index: number): void => {
    if (memo.size === pickleLimits.memo)
      malformed(`its pickle memorises more than ${pickleLimits.memo} values`);
    memo.set(index, stack.top());
  };
  const recall = ({ number }: Operation): void => {
    if (!memo.has(number)) malformed(`its pickle recalls value ${number}, which it never stored`);
    stack.push(memo.get(number)!);
  };
  const steps: Steps<OperationName> = {
    PROTO: ({ number }) => {
      if (number < 2 || number > 5) malformed(`its pickle has protocol ${number}; known are 2 to 5`);
    },
    FRAME: () => undefined,
    STOP: () => undefined,
    MARK: () => stack.mark(),
    POP: () => void (stack.atMark() ? stack.popMark() : stack.pop()),
    POP_MARK: () => void stack.popMark(),
    DUP: () => stack.push(stack.top()),
    BINPUT: ({ number }) => store(number),
    LONG_BINPUT: ({ number }) => store(number),
    MEMOIZE: () => store(memo.size),
    BINGET: recall,
    LONG_BINGET: recall,
    ...scalarSteps(context),
    ...containerSteps(context),
    ...objectSteps(context, rules),
  };
  return {
    step(operation) {
      context.spendOperation();
      steps[operation.name](operation);
    },
    result() {
      const value = stack.pop();
      if (!stack.isEmpty()) malformed("its pickle leaves values on the stack");
      return value;
    },
  };
}
