import { quoted } from "../../names-in-messages.ts";
import type { MachineContext, Steps } from "./machine-context.ts";
import { decodeText } from "./scalars.ts";
import { isKind } from "./value.ts";
import type { PickleValue } from "./value.ts";

/** What one global may be used for, beyond being named. */
export interface GlobalRule {
  /** What a call of it gives. Whatever that takes of memory beyond one object is to be paid first. */
  readonly call?: (args: readonly PickleValue[], context: CallContext) => PickleValue;
  /** What a new object of the class is before its state is set. */
  readonly create?: () => PickleValue;
}

/** What a call may use. */
export type CallContext = Pick<MachineContext, "spendMemory" | "malformed">;

export interface ObjectRules {
  /** The allow-list, by full name: `torch._utils._rebuild_tensor_v2`. */
  readonly globals: ReadonlyMap<string, GlobalRule>;
  /** What a persistent id stands for: an object kept outside the pickle. */
  readonly persistent: (id: PickleValue) => PickleValue;
}

type ObjectName = "GLOBAL" | "STACK_GLOBAL" | "REDUCE" | "NEWOBJ" | "BUILD" | "BINPERSID";

/**
 * Classes, calls and objects. No name out of the file is looked up anywhere but in the allow-list, and no code of
 * Python's or of the file's is run.
 */
export function objectSteps(
  context: MachineContext,
  { globals, persistent }: ObjectRules,
): Steps<ObjectName> {
  const { stack, pushObject, spendMemory, malformed } = context;
  const pushGlobal = (module: PickleValue, name: PickleValue): void => {
    if (typeof module !== "string" || typeof name !== "string") {
      return malformed("its pickle names a global by what is no text");
    }
    const fullName = `${module === "__builtin__" ? "builtins" : module}.${name}`;
    // A dot in the second part would reach for an attribute, and spell an allowed name another way.
    if (name.includes(".") || !globals.has(fullName)) {
      malformed(
        `it names the global ${quoted(fullName)}, which no checkpoint of this family needs; nothing of it was run`,
      );
    }
    spendMemory(2 * fullName.length);
    pushObject({ kind: "global", name: fullName });
  };
  /** A class or function and its arguments, which lie on the stack in this order. */
  const popCall = (): { name: string; rule: GlobalRule; args: readonly PickleValue[] } => {
    const [args, callee] = [stack.pop(), stack.pop()];
    if (!Array.isArray(args) || !isKind(callee, "global")) {
      return malformed("its pickle calls what is no class or function, or with what is no tuple");
    }
    return { name: quoted(callee.name), rule: globals.get(callee.name)!, args };
  };
  return {
    GLOBAL({ bytes }) {
      spendMemory(2 * bytes.length);
      const [module, name] = decodeText(bytes, malformed).split("\n") as [string, string];
      pushGlobal(module, name);
    },
    STACK_GLOBAL() {
      const [name, module] = [stack.pop(), stack.pop()];
      pushGlobal(module, name);
    },
    REDUCE() {
      const { name, rule, args } = popCall();
      if (!rule.call) return malformed(`it calls ${name}, which may only be named; nothing of it was run`);
      pushObject(rule.call(args, context));
    },
    NEWOBJ() {
      const { name, rule } = popCall();
      if (!rule.create) return malformed(`it makes an object of ${name}, which may only be named or called`);
      pushObject(rule.create());
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
}
