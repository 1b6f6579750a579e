import { checkMethodOptions, methodNames, methodOptionNames } from "@sdtt/distill";
import type { MethodName } from "@sdtt/distill";
import type { ResolvedSettings } from "./settings.ts";

/**
 * The settings without the defaults of other methods, as they are shown and saved. Throws `usage` if a setting of another
 * method was given.
 */
export function settingsOfMethod<T extends { readonly method: MethodName }>({
  values,
  origins,
}: ResolvedSettings<T>): ResolvedSettings<T> {
  const { method } = values;
  const given = Object.keys(values).filter((name) => origins[name as keyof T] !== "default");
  checkMethodOptions(method, given);
  const own = new Set(methodOptionNames(method));
  const foreign = new Set(
    methodNames.flatMap((name) => methodOptionNames(name)).filter((name) => !own.has(name)),
  );
  const keep = <R extends object>(record: R): R =>
    Object.fromEntries(Object.entries(record).filter(([name]) => !foreign.has(name))) as R;
  return { values: keep(values), origins: keep(origins) };
}
