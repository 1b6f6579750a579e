import type { MachineContext, Steps } from "./machine-context.ts";
import { decodeText } from "./scalars.ts";
import { isKind } from "./value.ts";
import type { PickleOpaque, PickleValue } from "./value.ts";

/** What one global may be used for, beyond being named. */
export interface GlobalRule {
  /** What a call of it gives. Whatever that takes of memory beyond one object is to be paid first. */
  readonly call?: (args: readonly PickleValue[], context: CallContext) => PickleValue;
  /** How many of the first arguments the result depends on: if one is opaque, so is the result. */
  readonly uses?: number;
  /** What a new object of the class is before its state is set. */
  readonly create?: () => PickleValue;
}

/** What a call may use. */
export type CallContext = Pick<MachineContext, "spendMemory" | "malformed">;

export interface ObjectRules {
  /** The allow-list, by full name: `torch._utils._rebuild_tensor_v2`. What is not on it is opaque. */
  readonly globals: ReadonlyMap<string, GlobalRule>;
  /** What a persistent id stands for: an object kept outside the pickle. */
  readonly persistent: (id: PickleValue) => PickleValue;
}

type ObjectName =
  | ("GLOBAL" | "STACK_GLOBAL" | "EXT1" | "EXT2" | "EXT4" | "BINPERSID")
  | ("REDUCE" | "NEWOBJ" | "NEWOBJ_EX" | "INST" | "OBJ" | "BUILD");

/**
 * Classes, calls and objects. No name out of the file is looked up anywhere but in the allow-list, and no code of
 * Python's or of the file's is run: what no rule makes is opaque, and so is what is made of that.
 */
export function objectSteps(
  context: MachineContext,
  { globals, persistent }: ObjectRules,
): Steps<ObjectName> {
  const { stack, pushObject, spendMemory, malformed } = context;
  const globalNamed = (module: PickleValue, name: PickleValue): PickleValue => {
    // A name may itself be a text that only Python could make.
    const unknown = [module, name].find((part) => isKind(part, "opaque"));
    if (unknown) return unknown;
    if (typeof module !== "string" || typeof name !== "string") {
      return malformed("its pickle names a global by what is no text");
    }
    const fullName = `${module === "__builtin__" ? "builtins" : module}.${name}`;
    spendMemory(2 * fullName.length);
    // A dot in the second part reaches for an attribute, and would spell an allowed name another way.
    const isKnown = !name.includes(".") && globals.has(fullName);
    return { kind: isKnown ? "global" : "opaque", name: fullName };
  };
  const linesOf = (bytes: Uint8Array): PickleValue => {
    spendMemory(2 * bytes.length);
    const [module, name] = decodeText(bytes, malformed).split("\n") as [string, string];
    return globalNamed(module, name);
  };
  const extension = ({ number }: { number: number }): void =>
    pushObject({ kind: "opaque", name: `copyreg extension ${number}` });
  /** Calls a class or function by its rule. */
  const call = (callee: PickleValue, args: PickleValue): PickleValue => {
    const { name, opaque } = calledBy(callee, args);
    if (opaque) return opaque;
    const { call: rule, uses = Infinity } = globals.get(name)!;
    if (!rule) return { kind: "opaque", name };
    const values = args as readonly PickleValue[];
    return values.slice(0, uses).find((arg) => isKind(arg, "opaque")) ?? rule(values, context);
  };
  /** Makes an object of a class by its rule. The arguments do not matter. */
  const create = (callee: PickleValue, args: PickleValue): PickleValue => {
    const { name, opaque } = calledBy(callee, args);
    return opaque ?? globals.get(name)!.create?.() ?? { kind: "opaque", name };
  };
  /** The name of what is called, or the opaque value if it or its arguments are one. */
  const calledBy = (callee: PickleValue, args: PickleValue): { name: string; opaque?: PickleOpaque } => {
    if (!Array.isArray(args) && !isKind(args, "opaque")) {
      return malformed("its pickle calls a class or function with what is no tuple");
    }
    if (isKind(callee, "opaque")) return { name: callee.name, opaque: callee };
    if (!isKind(callee, "global")) return malformed("its pickle calls what is no class or function");
    return isKind(args, "opaque") ? { name: callee.name, opaque: args } : { name: callee.name };
  };
  return {
    GLOBAL: ({ bytes }) => pushObject(linesOf(bytes)),
    STACK_GLOBAL() {
      const [name, module] = [stack.pop(), stack.pop()];
      pushObject(globalNamed(module, name));
    },
    EXT1: extension,
    EXT2: extension,
    EXT4: extension,
    BINPERSID: () => pushObject(persistent(stack.pop())),
    REDUCE() {
      const [args, callee] = [stack.pop(), stack.pop()];
      pushObject(call(callee, args));
    },
    NEWOBJ() {
      const [args, callee] = [stack.pop(), stack.pop()];
      pushObject(create(callee, args));
    },
    NEWOBJ_EX() {
      const [, args, callee] = [stack.pop(), stack.pop(), stack.pop()];
      pushObject(create(callee, args));
    },
    INST({ bytes }) {
      const args = stack.popMark();
      pushObject(create(linesOf(bytes), args));
    },
    OBJ() {
      const [callee = null, ...args] = stack.popMark();
      pushObject(create(callee, args));
    },
    BUILD() {
      const state = stack.pop();
      const target = stack.top();
      if (isKind(target, "instance")) target.state = state;
      // The attributes of a dict, such as a state dict's _metadata, say nothing that is needed; those of an opaque object
      // are dropped with it.
      else if (!(target instanceof Map) && !isKind(target, "opaque")) {
        malformed("its pickle sets the state of what has none");
      }
    },
  };
}
