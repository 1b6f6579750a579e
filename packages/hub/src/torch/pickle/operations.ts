import type { Malformed } from "../malformed.ts";

/** One step of a pickle. */
export interface Operation {
  readonly name: OperationName;
  /** The number that follows the code of a number operation; otherwise 0. */
  readonly number: number;
  /** The bytes that follow the code: text, raw bytes, a long integer, or GLOBAL's two lines. A view, not a copy. */
  readonly bytes: Uint8Array;
  /** Where the next one begins. */
  readonly end: number;
}

/** What Python's picklers write at protocols 2 to 5, by CPython's names. The rest is unknown. */
export type OperationName =
  | ("PROTO" | "FRAME" | "STOP")
  | ("MARK" | "POP" | "POP_MARK" | "DUP")
  | ("BINPUT" | "LONG_BINPUT" | "MEMOIZE" | "BINGET" | "LONG_BINGET")
  | ("NONE" | "NEWTRUE" | "NEWFALSE" | "BININT" | "BININT1" | "BININT2" | "LONG1" | "LONG4" | "BINFLOAT")
  | ("SHORT_BINUNICODE" | "BINUNICODE" | "BINUNICODE8")
  | ("SHORT_BINBYTES" | "BINBYTES" | "BINBYTES8" | "BYTEARRAY8")
  | ("EMPTY_TUPLE" | "TUPLE" | "TUPLE1" | "TUPLE2" | "TUPLE3")
  | ("EMPTY_LIST" | "APPEND" | "APPENDS")
  | ("EMPTY_DICT" | "SETITEM" | "SETITEMS")
  | ("EMPTY_SET" | "ADDITEMS" | "FROZENSET")
  | ("GLOBAL" | "STACK_GLOBAL" | "EXT1" | "EXT2" | "EXT4" | "BINPERSID")
  | ("REDUCE" | "NEWOBJ" | "NEWOBJ_EX" | "INST" | "OBJ" | "BUILD");

/** A number of fixed width. */
interface NumberLayout {
  readonly kind: "number";
  readonly width: number;
  readonly read: (view: DataView, at: number) => number;
}

/** What follows a code: nothing, two lines, a number, or as many bytes as a number says. */
type Layout =
  | { readonly kind: "bare" }
  | { readonly kind: "lines" }
  | NumberLayout
  | { readonly kind: "bytes"; readonly length: NumberLayout };

const number = (width: number, read: NumberLayout["read"]): NumberLayout => ({ kind: "number", width, read });
const bytes = (length: NumberLayout): Layout => ({ kind: "bytes", length });
const bare: Layout = { kind: "bare" };
const lines: Layout = { kind: "lines" };
const uint8 = number(1, (view, at) => view.getUint8(at));
const uint16 = number(2, (view, at) => view.getUint16(at, true));
const int32 = number(4, (view, at) => view.getInt32(at, true));
const uint32 = number(4, (view, at) => view.getUint32(at, true));
const uint64 = number(8, (view, at) => Number(view.getBigUint64(at, true)));
/** Alone big-endian. */
const float64 = number(8, (view, at) => view.getFloat64(at));

const layouts: Record<OperationName, readonly [code: number, layout: Layout]> = {
  PROTO: [0x80, uint8],
  FRAME: [0x95, uint64],
  STOP: [0x2e, bare],
  MARK: [0x28, bare],
  POP: [0x30, bare],
  POP_MARK: [0x31, bare],
  DUP: [0x32, bare],
  BINPUT: [0x71, uint8],
  LONG_BINPUT: [0x72, uint32],
  MEMOIZE: [0x94, bare],
  BINGET: [0x68, uint8],
  LONG_BINGET: [0x6a, uint32],
  NONE: [0x4e, bare],
  NEWTRUE: [0x88, bare],
  NEWFALSE: [0x89, bare],
  BININT: [0x4a, int32],
  BININT1: [0x4b, uint8],
  BININT2: [0x4d, uint16],
  LONG1: [0x8a, bytes(uint8)],
  LONG4: [0x8b, bytes(uint32)],
  BINFLOAT: [0x47, float64],
  SHORT_BINUNICODE: [0x8c, bytes(uint8)],
  BINUNICODE: [0x58, bytes(uint32)],
  BINUNICODE8: [0x8d, bytes(uint64)],
  SHORT_BINBYTES: [0x43, bytes(uint8)],
  BINBYTES: [0x42, bytes(uint32)],
  BINBYTES8: [0x8e, bytes(uint64)],
  BYTEARRAY8: [0x96, bytes(uint64)],
  EMPTY_TUPLE: [0x29, bare],
  TUPLE: [0x74, bare],
  TUPLE1: [0x85, bare],
  TUPLE2: [0x86, bare],
  TUPLE3: [0x87, bare],
  EMPTY_LIST: [0x5d, bare],
  APPEND: [0x61, bare],
  APPENDS: [0x65, bare],
  EMPTY_DICT: [0x7d, bare],
  SETITEM: [0x73, bare],
  SETITEMS: [0x75, bare],
  EMPTY_SET: [0x8f, bare],
  ADDITEMS: [0x90, bare],
  FROZENSET: [0x91, bare],
  GLOBAL: [0x63, lines],
  STACK_GLOBAL: [0x93, bare],
  EXT1: [0x82, uint8],
  EXT2: [0x83, uint16],
  EXT4: [0x84, int32],
  REDUCE: [0x52, bare],
  NEWOBJ: [0x81, bare],
  NEWOBJ_EX: [0x92, bare],
  INST: [0x69, lines],
  OBJ: [0x6f, bare],
  BUILD: [0x62, bare],
  BINPERSID: [0x51, bare],
};

const operationOfCode: ReadonlyMap<number, readonly [OperationName, Layout]> = new Map(
  Object.entries(layouts).map(([name, [code, layout]]) => [code, [name as OperationName, layout]]),
);

const [noBytes, newline] = [new Uint8Array(), 0x0a];

/**
 * The operation at a place, or undefined if the bytes end before it does. Nothing is copied, so a length that lies costs
 * nothing.
 */
export function readOperation(view: DataView, at: number, malformed: Malformed): Operation | undefined {
  if (at >= view.byteLength) return undefined;
  const code = view.getUint8(at);
  const known = operationOfCode.get(code);
  if (!known) {
    return malformed(
      `its pickle has the unknown operation 0x${code.toString(16).padStart(2, "0")} at byte ${at}`,
    );
  }
  const [name, layout] = known;
  const start = at + 1;
  if (layout.kind === "bare") return { name, number: 0, bytes: noBytes, end: start };
  if (layout.kind === "lines") {
    const end = endOfLine(view, endOfLine(view, start));
    return end > view.byteLength ? undefined : { name, number: 0, bytes: slice(view, start, end - 1), end };
  }
  const { width, read } = layout.kind === "number" ? layout : layout.length;
  const end = start + width;
  if (end > view.byteLength) return undefined;
  const number = read(view, start);
  if (layout.kind === "number") return { name, number, bytes: noBytes, end };
  const bytesEnd = end + number;
  return bytesEnd > view.byteLength
    ? undefined
    : { name, number: 0, bytes: slice(view, end, bytesEnd), end: bytesEnd };
}

/** The place after the next newline; past the end of the bytes if there is none. */
function endOfLine(view: DataView, at: number): number {
  while (at < view.byteLength && view.getUint8(at) !== newline) at++;
  return at + 1;
}

function slice(view: DataView, begin: number, end: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + begin, end - begin);
}
