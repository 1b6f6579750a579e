import { quoted } from "../malformed.ts";
import type { Malformed } from "../malformed.ts";
import { createBudget, pickleLimits } from "./limits.ts";
import type { PickleBudget } from "./limits.ts";
import type { Operation, OperationName } from "./operations.ts";
import { decodeInteger, decodeText } from "./scalars.ts";
import { createStack } from "./stack.ts";
import { asKey, isKind } from "./value.ts";
import type { PickleValue } from "./value.ts";

/** What one global may be used for, beyond being named. */
export interface GlobalRule {
  /** What a call of it gives. */
  readonly call?: (args: readonly PickleValue[], context: CallContext) => PickleValue;
  /** What a new object of the class is before its state is set. */
  readonly create?: () => PickleValue;
}

/** What a call may use. */
export interface CallContext {
  readonly spendMemory: PickleBudget["spendMemory"];
  readonly malformed: Malformed;
}

export interface MachineOptions {
  /** The allow-list, by full name: `torch._utils._rebuild_tensor_v2`. */
  readonly globals: ReadonlyMap<string, GlobalRule>;
  /** What a persistent id stands for: an object kept outside the pickle. */
  readonly persistent: (id: PickleValue) => PickleValue;
  readonly malformed: Malformed;
}

/** What V8 needs for an object beside its text or items, measured and rounded up. */
const [hashTableBytes, objectBytes] = [208, 64];

/** The stack machine that a pickle is written for, before its first operation. */
export interface PickleMachine {
  step(operation: Operation): void;
  /** What STOP returns. */
  result(): PickleValue;
}

/**
 * Steps are driven by tables alone: no name out of the file is looked up anywhere but in the allow-list, and no code of
 * Python's or of the file's is run. The operations are described in CPython's pickletools.
 */
export function createMachine({ globals, persistent, malformed }: MachineOptions): PickleMachine {
  const { spendOperation, spendMemory } = createBudget(malformed);
  const stack = createStack(malformed);
  const memo = new Map<number, PickleValue>();

  const pushObject = (value: PickleValue): void => {
    spendMemory(value instanceof Map || value instanceof Set ? hashTableBytes : objectBytes);
    stack.push(value);
  };
  const toText = (bytes: Uint8Array): string => {
    spendMemory(2 * bytes.length);
    return decodeText(bytes, malformed);
  };
  const pushText = ({ bytes }: Operation): void => pushObject(toText(bytes));
  const pushBytes = ({ bytes }: Operation): void => pushObject(bytes);
  const pushNumber = ({ number }: Operation): void => stack.push(number);
  const pushInteger = ({ bytes }: Operation): void => pushObject(decodeInteger(bytes, malformed));

  const store = (index: number): void => {
    if (memo.size === pickleLimits.memo)
      malformed(`its pickle memorises more than ${pickleLimits.memo} values`);
    memo.set(index, stack.top());
  };
  const recall = ({ number }: Operation): void => {
    const value = memo.get(number);
    stack.push(
      value === undefined ? malformed(`its pickle recalls value ${number}, which it never stored`) : value,
    );
  };
  const pushTuple = (length: number): void => {
    const items = Array.from({ length }, () => stack.pop());
    pushObject(items.toReversed());
  };

  const append = (items: readonly PickleValue[]): void => {
    const list = stack.top();
    if (!Array.isArray(list)) return malformed("its pickle appends to what is no list");
    for (const item of items) list.push(item);
  };
  const setItems = (items: readonly PickleValue[]): void => {
    const map = stack.top();
    if (!(map instanceof Map) || items.length % 2 === 1) {
      return malformed("its pickle sets items of what is no dict, or a key without a value");
    }
    for (let i = 0; i < items.length; i += 2) map.set(asKey(items[i]!, malformed), items[i + 1]!);
  };

  const pushGlobal = (module: string, name: string): void => {
    const fullName = `${module === "__builtin__" ? "builtins" : module}.${name}`;
    // A dot in the second part would reach for an attribute and could spell an allowed name another way.
    if (name.includes(".") || !globals.has(fullName)) {
      malformed(
        `it names the global ${quoted(fullName)}, which no checkpoint of this family needs; nothing of it was run`,
      );
    }
    pushObject({ kind: "global", name: fullName });
  };
  const popRule = (): GlobalRule & { name: string } => {
    const value = stack.pop();
    return isKind(value, "global")
      ? { name: value.name, ...globals.get(value.name) }
      : malformed("its pickle calls what is no class or function");
  };
  const popArguments = (): PickleValue[] => {
    const args = stack.pop();
    return Array.isArray(args) ? args : malformed("its pickle calls with arguments that are no tuple");
  };

  const steps: Record<OperationName, (operation: Operation) => void> = {
    PROTO({ number }) {
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

    NONE: () => stack.push(null),
    NEWTRUE: () => stack.push(true),
    NEWFALSE: () => stack.push(false),
    BININT: pushNumber,
    BININT1: pushNumber,
    BININT2: pushNumber,
    LONG1: pushInteger,
    LONG4: pushInteger,
    BINFLOAT: ({ number }) => pushObject(number),

    SHORT_BINUNICODE: pushText,
    BINUNICODE: pushText,
    BINUNICODE8: pushText,
    SHORT_BINBYTES: pushBytes,
    BINBYTES: pushBytes,
    BINBYTES8: pushBytes,
    BYTEARRAY8: pushBytes,

    EMPTY_TUPLE: () => pushObject([]),
    TUPLE: () => pushObject(stack.popMark()),
    TUPLE1: () => pushTuple(1),
    TUPLE2: () => pushTuple(2),
    TUPLE3: () => pushTuple(3),

    EMPTY_LIST: () => pushObject([]),
    APPEND: () => append([stack.pop()]),
    APPENDS: () => append(stack.popMark()),

    EMPTY_DICT: () => pushObject(new Map()),
    SETITEM: () => setItems([stack.pop(), stack.pop()].toReversed()),
    SETITEMS: () => setItems(stack.popMark()),

    EMPTY_SET: () => pushObject(new Set()),
    ADDITEMS() {
      const items = stack.popMark();
      const set = stack.top();
      if (!(set instanceof Set)) return malformed("its pickle adds to what is no set");
      for (const item of items) set.add(asKey(item, malformed));
    },
    FROZENSET: () => pushObject(new Set(stack.popMark().map((item) => asKey(item, malformed)))),

    GLOBAL({ bytes }) {
      const [module, name] = toText(bytes).split("\n") as [string, string];
      pushGlobal(module, name);
    },
    STACK_GLOBAL() {
      const [name, module] = [stack.pop(), stack.pop()];
      if (typeof module !== "string" || typeof name !== "string") {
        return malformed("its pickle names a global by what is no text");
      }
      pushGlobal(module, name);
    },
    REDUCE() {
      const args = popArguments();
      const { name, call } = popRule();
      if (!call) return malformed(`it calls ${quoted(name)}, which is only ever named; nothing was run`);
      pushObject(call(args, { spendMemory, malformed }));
    },
    NEWOBJ() {
      popArguments();
      const { name, create } = popRule();
      if (!create) return malformed(`it makes an object of ${quoted(name)}, which is only ever named`);
      pushObject(create());
    },
    BUILD() {
      const state = stack.pop();
      const target = stack.top();
      if (isKind(target, "instance")) target.state = state;
      // The attributes of a dict, such as a state dict's _metadata, say nothing that is needed.
      else if (!(target instanceof Map)) malformed("its pickle sets the state of what has none");
    },
    BINPERSID: () => pushObject(persistent(stack.pop())),
  };

  return {
    step(operation) {
      spendOperation();
      steps[operation.name](operation);
    },
    result() {
      const value = stack.pop();
      if (!stack.isEmpty()) malformed("its pickle leaves values on the stack");
      return value;
    },
  };
}
