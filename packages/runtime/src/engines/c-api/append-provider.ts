import type { Program } from "@sdtt/graph";
import type { Provider } from "../../devices/support.ts";
import { cString } from "./c-strings.ts";
import { create, type Handle } from "./functions.ts";
import type { Library } from "./library.ts";

/** Tells a session that is about to be made where to compute. What the provider has no kernel for stays on the CPU. */
export function appendProvider(
  library: Library,
  settings: Handle,
  { options, optionsFor, registration }: Provider,
  program: Program,
  load: { readonly replay: boolean },
): void {
  const { api, providerFunctions } = library;
  const { keys, values, count } = stringPairs(library, { ...options, ...optionsFor?.(program, load) });
  const pairs = [keys.addresses, values.addresses, count] as const;
  if ("name" in registration) {
    api.SessionOptionsAppendExecutionProvider(settings, registration.name, ...pairs);
    return;
  }
  const functions = providerFunctions(registration);
  const handle = create(functions.create);
  try {
    functions.update(handle, ...pairs);
    functions.append(settings, handle);
  } finally {
    functions.release(handle);
  }
}

/** Arrays of C strings; they live as long as what is returned. */
function stringPairs(library: Library, options: Provider["options"]) {
  const arrayOf = (texts: readonly string[]) => {
    const strings = texts.map((text) => cString(library, text));
    return { strings, addresses: BigUint64Array.from(strings, ({ address }) => address) };
  };
  const entries = Object.entries(options);
  return {
    keys: arrayOf(entries.map(([key]) => key)),
    values: arrayOf(entries.map(([, value]) => value)),
    count: entries.length,
  };
}
