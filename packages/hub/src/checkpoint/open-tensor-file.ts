import type { TensorFile, TensorFileFormat, WeightSet } from "@sdtt/checkpoint";
import { SdttError } from "@sdtt/core";
import { openFile } from "../open-file.ts";
import { tensorFileFormats } from "./formats.ts";

export interface OpenTensorFileOptions {
  readonly path: string;
  /** The weights to take of a training checkpoint that holds two sets. Absent: the EMA where there is one. */
  readonly weightSet?: WeightSet | undefined;
  readonly formats?: readonly TensorFileFormat[] | undefined;
}

/**
 * Opens a file of tensors in whichever format its first bytes show.
 *
 * @throws SdttError `not-found` or `io` if it cannot be read; `format` if it is of no known format or breaks its rules.
 */
export async function openTensorFile(options: OpenTensorFileOptions): Promise<TensorFile> {
  const { path, weightSet, formats = tensorFileFormats } = options;
  const file = await openFile(path);
  try {
    const head = await file.read(0, Math.min(file.size, 64));
    const format = formats.find((candidate) => candidate.matches(head));
    if (!format) throw unknownFormat(path, head, formats);
    return await format.open(file, { weightSet });
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}

/** What is often found where a model should be. */
const lookalikes: readonly (readonly [begin: string, hint: string])[] = [
  ["version https://git-lfs", "it is a Git LFS pointer: fetch the file itself with git lfs pull"],
  ["<", "it is a web page or XML, saved in the model's place: fetch it again"],
  ["GGUF", "it is a GGUF file, which no model of this family comes in"],
];

/** ONNX's ModelProto as exporters write it: the version of its format, then the producer's name or the graph. */
function isOnnx(path: string, head: Uint8Array): boolean {
  return head[0] === 0x08 && (path.endsWith(".onnx") || head[2] === 0x12 || head[2] === 0x3a);
}

function unknownFormat(path: string, head: Uint8Array, formats: readonly TensorFileFormat[]): SdttError {
  const known = formats.map(({ name }) => name).join(" or ");
  if (head.length === 0)
    return new SdttError("format", `${path} is empty; a file of ${known} is expected. Fetch it again.`);
  const text = Buffer.from(head).toString("latin1");
  const hint = isOnnx(path, head)
    ? "it is an ONNX model, a program for other runtimes: give the checkpoint that it was made of"
    : lookalikes.find(([begin]) => text.trimStart().startsWith(begin))?.[1];
  const begins = `it begins with the bytes ${Buffer.from(head.subarray(0, 8)).toString("hex")}`;
  return new SdttError("format", `${path} is no file of ${known}: ${hint ?? begins}.`);
}
