import type { DataType } from "@sdtt/core";

/**
 * The element types by their names in the file, in the order of the reference implementation's enumeration: its writer
 * lays the last ones first, which aligns every tensor without padding.
 */
export const dataTypeByTag: ReadonlyMap<string, DataType> = new Map([
  ["BOOL", "bool"],
  ["U8", "uint8"],
  ["I8", "int8"],
  ["I16", "int16"],
  ["U16", "uint16"],
  ["F16", "float16"],
  ["BF16", "bfloat16"],
  ["I32", "int32"],
  ["U32", "uint32"],
  ["F32", "float32"],
  ["F64", "float64"],
  ["I64", "int64"],
  ["U64", "uint64"],
]);

/** The same the other way round, in the same order. */
export const tagOfDataType: ReadonlyMap<DataType, string> = new Map(
  Array.from(dataTypeByTag, ([tag, dtype]) => [dtype, tag]),
);
