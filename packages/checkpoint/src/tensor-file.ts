import type { DataType, Tensor } from "@sdtt/core";
import type { WeightLocation } from "@sdtt/models";
import type { OpenedFile } from "./random-access-file.ts";

/** What a file says of one tensor without its values being read. */
export interface StoredTensor {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** Where its bytes lie, if they lie there as a runtime maps them: little-endian, contiguous, row-major. */
  readonly location?: WeightLocation | undefined;
}

/** An open file of named tensors, whatever its format. Values are read when they are asked for. */
export interface TensorFile extends AsyncDisposable {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What the file itself says of its model, as JSON would give it: the hyper-parameters of a Lightning checkpoint. */
  readonly config?: unknown;
  /**
   * The values of one tensor.
   *
   * @throws SdttError `not-found` if the file has no tensor of that name.
   */
  read(name: string, options?: { signal?: AbortSignal | undefined }): Promise<Tensor>;
}

/** Which of a training checkpoint's two sets of weights: those trained, or their exponential moving average. */
export type WeightSet = "raw" | "ema";

/** A file format that holds tensors. It is told by its bytes, for files of the Hub's cache have no suffix. */
export interface TensorFileFormat {
  /** As people call it. */
  readonly name: string;
  /** Whether a file that starts with these bytes (the first 64, or all of a shorter file) claims to be of this format. */
  matches(head: Uint8Array): boolean;
  /**
   * Reads what the file says of itself. Disposing of the answer closes the file; if this fails, the caller closes it.
   *
   * @param options.weightSet absent: `ema` where the file holds it, as the original samples from it.
   * @throws SdttError `format` if the file breaks the format's rules; `checkpoint` if it lacks the weights asked for.
   */
  open(file: OpenedFile, options: { weightSet?: WeightSet | undefined }): Promise<TensorFile>;
}
