import { SdttError } from "@sdtt/core";
import type { DistillationMethod } from "@sdtt/hub";
import { consistencyOptionNames, planConsistency } from "./consistency/plan.ts";
import type { ConsistencyOptions } from "./consistency/plan.ts";
import { idlmOptionNames, planIdlm } from "./idlm/plan.ts";
import type { IdlmOptions } from "./idlm/plan.ts";
import type { MethodPlan } from "./method.ts";
import { planSdtt, sdttOptionNames } from "./sdtt/plan.ts";
import type { SdttOptions } from "./sdtt/plan.ts";

/** Those that a model card can name. */
export type MethodName = DistillationMethod;

interface Method {
  /** Each is refused where another method is asked for. */
  readonly optionNames: readonly string[];
  plan(options: MethodOptions): MethodPlan;
}

const methods: Readonly<Record<MethodName, Method>> = {
  sdtt: { optionNames: sdttOptionNames, plan: planSdtt },
  idlm: { optionNames: idlmOptionNames, plan: planIdlm },
  consistency: { optionNames: consistencyOptionNames, plan: planConsistency },
};

/** A method and the options that are its own. */
export interface MethodOptions extends SdttOptions, IdlmOptions, ConsistencyOptions {
  /** `sdtt` unless given. */
  readonly method?: MethodName | undefined;
}

/** Every way to distil. */
export const methodNames = Object.keys(methods) as [MethodName, ...MethodName[]];

/** The names of the options that are a method's own. */
export function methodOptionNames(method: MethodName): readonly string[] {
  return methods[method].optionNames;
}

/** Throws `usage` for an unknown method, an option of another one, or one that is out of range. */
export function planMethod(options: MethodOptions): MethodPlan {
  const { method = "sdtt", ...rest } = options;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  checkMethodOptions(
    method,
    given.map(([name]) => name),
  );
  return methods[method].plan(options);
}

/**
 * Throws `usage` for an unknown method, and for names of options that belong to other methods only, all in one line.
 *
 * @param given - names of options; those that are no method's are skipped.
 */
export function checkMethodOptions(method: MethodName, given: readonly string[]): void {
  if (!Object.hasOwn(methods, method)) {
    throw new SdttError("usage", `There is no method "${method}": choose one of ${methodNames.join(", ")}.`);
  }
  const foreign = given.flatMap((name) => {
    const owners = methodNames.filter((other) => methodOptionNames(other).includes(name));
    return owners.length === 0 || owners.includes(method)
      ? []
      : [`${name} is an option of ${owners.join(", ")}`];
  });
  if (foreign.length === 0) return;
  const own = methodOptionNames(method).join(", ");
  throw new SdttError(
    "usage",
    `The method is ${method}, and ${foreign.join("; ")}: remove it. The options of ${method} are ${own}.`,
  );
}
