import type { MachineContext, Steps } from "./machine-context.ts";
import type { Operation } from "./operations.ts";
import { decodeInteger, decodeText } from "./scalars.ts";

type ScalarName =
  | ("NONE" | "NEWTRUE" | "NEWFALSE" | "BININT" | "BININT1" | "BININT2" | "LONG1" | "LONG4" | "BINFLOAT")
  | ("SHORT_BINUNICODE" | "BINUNICODE" | "BINUNICODE8")
  | ("SHORT_BINBYTES" | "BINBYTES" | "BINBYTES8" | "BYTEARRAY8");

/** Constants, numbers, texts and bytes. Bytes are views of the pickle. */
export function scalarSteps({
  stack,
  pushObject,
  spendMemory,
  malformed,
}: MachineContext): Steps<ScalarName> {
  const small = ({ number }: Operation): void => stack.push(number);
  const integer = ({ bytes }: Operation): void => pushObject(decodeInteger(bytes, malformed));
  const rawBytes = ({ bytes }: Operation): void => pushObject(bytes);
  const text = ({ bytes }: Operation): void => {
    spendMemory(2 * bytes.length);
    pushObject(decodeText(bytes, malformed));
  };
  return {
    NONE: () => stack.push(null),
    NEWTRUE: () => stack.push(true),
    NEWFALSE: () => stack.push(false),
    BININT: small,
    BININT1: small,
    BININT2: small,
    LONG1: integer,
    LONG4: integer,
    BINFLOAT: ({ number }) => pushObject(number),
    SHORT_BINUNICODE: text,
    BINUNICODE: text,
    BINUNICODE8: text,
    SHORT_BINBYTES: rawBytes,
    BINBYTES: rawBytes,
    BINBYTES8: rawBytes,
    BYTEARRAY8: rawBytes,
  };
}
