import { basename, dirname, join } from "node:path";
import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import type { Checkpoint } from "@sdtt/hub";
import type { DenoiserDescription } from "@sdtt/models";
import type { ConvertOptions } from "./convert-options.ts";
import { writeOnnxFile } from "./onnx-file.ts";
import { moveIntoPlace, openStaging, whileWriting } from "./staging.ts";
import { verifyOnnx } from "./verify-onnx.ts";
import type { Verification } from "./verify-onnx.ts";

export interface ConvertToOnnxOptions extends ConvertOptions {
  /** Runs the result and compares it with the checkpoint before it appears; true unless told otherwise. */
  readonly verify?: boolean | undefined;
  /** Told when that begins, which takes as long as loading the model twice. */
  readonly onVerify?: (() => void) | undefined;
  /** Bytes up to which the weights lie in the model itself; the most that ONNX allows unless told otherwise. */
  readonly largestFile?: number | undefined;
}

export interface OnnxConversion {
  /** The checkpoint that was read. */
  readonly checkpoint: Checkpoint<DenoiserDescription>;
  /** What was written: the model and, if it would be too long with its weights, a file of them. */
  readonly files: readonly string[];
  readonly verification?: Verification | undefined;
}

/**
 * Makes an ONNX model of any checkpoint, for any ONNX Runtime: `exportProgram` says what it takes and gives. Weights are
 * stored in the type that was asked for, and computed with in float32.
 *
 * @throws SdttError `usage` if something is at the target; `runtime` if the result does not compute what the checkpoint
 *   does; `numeric` for weights that are not finite or beyond the range of the type; `io`; what `openCheckpoint` throws.
 */
export async function convertToOnnx(options: ConvertToOnnxOptions): Promise<OnnxConversion> {
  const { path: source, target, dtype, weightSet, verify = true, largestFile, signal } = options;
  const { onProgress = () => {} } = options;
  const checkpoint = expectDenoiser(await openCheckpoint({ path: source, weightSet, signal }), source);
  await using staging = await openStaging(target);
  const path = join(staging.folder, basename(target));
  const staged = await whileWriting(target, () =>
    writeOnnxFile({ checkpoint, dtype, path, largest: largestFile, onProgress, signal }),
  );
  if (verify) options.onVerify?.();
  const verification = verify ? await verifyOnnx({ path, checkpoint, dtype, signal }) : undefined;
  // The model comes last: where it is, its weights are.
  for (const file of staged.toReversed()) await moveIntoPlace(file, join(dirname(target), basename(file)));
  const files = staged.map((file) => join(dirname(target), basename(file)));
  return { checkpoint, files, verification };
}
