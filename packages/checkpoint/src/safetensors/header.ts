import { elementSize, SdttError } from "@sdtt/core";
import type { DataType } from "@sdtt/core";
import type { WeightLocation } from "@sdtt/models";
import { quoted } from "../names-in-messages.ts";
import { dataTypeByTag } from "./data-types.ts";
import { createJsonCursor } from "./json-cursor.ts";
import type { JsonCursor } from "./json-cursor.ts";

/** A tensor of a safetensors file. Its bytes always lie so that they can be mapped. */
export interface SafetensorsEntry {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly location: WeightLocation;
}

export interface SafetensorsHeader {
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The reference implementation's bound on the length of a header. */
export const longestHeader = 100_000_000;

/** The one key of a header that names no tensor. */
export const metadataKey = "__metadata__";

/** Bounds of our own on what a header makes us keep: the largest published shards hold a few thousand tensors. */
const [mostTensors, mostMetadata, highestRank] = [20_000, 10_000, 64];

/**
 * Reads and checks a header by the rules of the reference implementation's validator.
 *
 * @param file the JSON, without the eight bytes of its length; the file's path and its whole size in bytes.
 * @throws SdttError `format` on the first rule that is broken.
 */
export function parseHeader(file: { json: Uint8Array; path: string; size: number }): SafetensorsHeader {
  const fail = (problem: string): never => {
    throw new SdttError("format", `${file.path} is not a valid safetensors file: ${problem}.`);
  };
  const cursor = createJsonCursor(file.json, fail);
  const tensors = new Map<string, SafetensorsEntry>();
  let metadata: Map<string, string> | undefined;
  const dataStart = 8 + file.json.length;

  if (file.json[0] !== "{".charCodeAt(0)) fail('its header does not begin with "{"');
  cursor.members((name) => {
    if (tensors.has(name) || (name === metadataKey && metadata))
      fail(`${quoted(name)} stands twice in its header`);
    if (name === metadataKey) {
      metadata = readMetadata(cursor, fail);
      return;
    }
    if (tensors.size === mostTensors) fail(`it has more than ${mostTensors} tensors`);
    const { begin, byteLength, ...type } = readTensor(cursor, quoted(name), fail);
    tensors.set(name, { ...type, location: { path: file.path, offset: dataStart + begin, byteLength } });
  });
  cursor.end();
  assertContiguous(tensors, dataStart, file.size, fail);
  return { tensors, metadata: metadata ?? new Map() };
}

type Fail = (problem: string) => never;

function readMetadata(cursor: JsonCursor, fail: Fail): Map<string, string> {
  const metadata = new Map<string, string>();
  cursor.members((key) => {
    if (metadata.has(key)) fail(`${quoted(key)} stands twice in its metadata`);
    if (metadata.size === mostMetadata) fail(`its metadata has more than ${mostMetadata} entries`);
    metadata.set(key, cursor.string());
  });
  return metadata;
}

function readTensor(
  cursor: JsonCursor,
  name: string,
  fail: Fail,
): { dtype: DataType; shape: number[]; begin: number; byteLength: number } {
  const fields: { dtype?: string; shape?: number[]; offsets?: number[] } = {};
  cursor.members((key) => {
    if (key === "dtype" && fields.dtype === undefined) fields.dtype = cursor.string();
    else if (key === "shape" && !fields.shape) fields.shape = cursor.unsignedIntegers(highestRank);
    else if (key === "data_offsets" && !fields.offsets) fields.offsets = cursor.unsignedIntegers(2);
    else fail(`tensor ${name} has the unexpected or repeated field ${quoted(key)}`);
  });
  const { dtype, shape, offsets } = fields;
  if (dtype === undefined || !shape || offsets?.length !== 2) {
    return fail(`tensor ${name} lacks a dtype, a shape or two data_offsets`);
  }
  const known = dataTypeByTag.get(dtype);
  if (!known) {
    return fail(
      `tensor ${name} has type ${quoted(dtype)}; known are ${[...dataTypeByTag.keys()].join(", ")}`,
    );
  }
  const [begin, end] = offsets as [number, number];
  const byteLength = shape.reduce((product, size) => {
    const next = product * size;
    return Number.isSafeInteger(next)
      ? next
      : fail(`tensor ${name} of shape [${shape.join(", ")}] is too large to count`);
  }, elementSize(known));
  if (end - begin !== byteLength) {
    fail(
      `tensor ${name}, ${dtype} of shape [${shape.join(", ")}], takes ${byteLength} bytes but has data_offsets [${begin}, ${end}]`,
    );
  }
  return { dtype: known, shape, begin, byteLength };
}

/** The tensors cover the rest of the file exactly: no hole, no overlap, nothing after the last. */
function assertContiguous(
  tensors: ReadonlyMap<string, SafetensorsEntry>,
  dataStart: number,
  fileSize: number,
  fail: Fail,
): void {
  // An empty tensor lies before the one that starts at the same byte.
  const inOrder = [...tensors].sort(
    ([, { location: a }], [, { location: b }]) => a.offset - b.offset || a.byteLength - b.byteLength,
  );
  let end = dataStart;
  for (const [name, { location }] of inOrder) {
    const begin = `tensor ${quoted(name)} starts at byte ${location.offset - dataStart} of the data`;
    if (location.offset < end) fail(`${begin} and overlaps the one before, which ends at ${end - dataStart}`);
    if (location.offset > end) fail(`${begin} and leaves a hole from ${end - dataStart} on`);
    end += location.byteLength;
  }
  if (end > fileSize) fail(`it ends at byte ${fileSize} of ${end}; it is truncated: fetch it again`);
  if (end < fileSize) fail(`its last tensor ends at byte ${end}, but the file continues to ${fileSize}`);
}
