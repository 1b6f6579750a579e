import type { Malformed } from "../malformed.ts";
import { pickleLimits } from "./limits.ts";
import { createMachine } from "./machine.ts";
import type { ObjectRules } from "./object-steps.ts";
import { readOperation } from "./operations.ts";
import type { PickleValue } from "./value.ts";

/** The value of a pickle. Nothing is executed; what breaks a rule or a bound is told to `malformed`. */
export function unpickle(bytes: Uint8Array, rules: ObjectRules, malformed: Malformed): PickleValue {
  if (bytes.length > pickleLimits.bytes) {
    malformed(`its pickle has ${bytes.length} bytes; at most ${pickleLimits.bytes} are allowed`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const machine = createMachine(rules, malformed);
  for (let at = 0; ;) {
    const operation = readOperation(view, at, malformed);
    if (!operation) return malformed(`its pickle breaks off at byte ${at}`);
    if ((at === 0) !== (operation.name === "PROTO")) {
      malformed("its pickle does not begin with its protocol, or has it twice");
    }
    at = operation.end;
    if (operation.name === "STOP") {
      return at === bytes.length
        ? machine.result()
        : malformed(`its pickle continues after its end at ${at}`);
    }
    machine.step(operation);
  }
}
