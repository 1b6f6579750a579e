import type { SamplingDefaults, WeightSet } from "@sdtt/hub";
import type { WeightType } from "./retype.ts";

export interface ConvertOptions {
  /** The folder or file to read, as `locateModel` gives it. */
  readonly path: string;
  /** What the result says that it was made of; the last name of the path unless given. */
  readonly source?: string | undefined;
  /** What to make. Nothing may be there. */
  readonly target: string;
  /** The type of the weights; as they are stored unless given. */
  readonly dtype?: WeightType | undefined;
  /** Which weights of a training checkpoint; the EMA where there is one unless given. */
  readonly weightSet?: WeightSet | undefined;
  /** What the folder recommends to draw with; field by field what the checkpoint does unless given. An ONNX file has none. */
  readonly samplingDefaults?: SamplingDefaults | undefined;
  /** Whether the folder is for `@sdtt/browser`: it gets a `files.json` with the hashes of its files. An ONNX file has none. */
  readonly forPage?: boolean | undefined;
  readonly onProgress?: ((progress: ConvertProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How far the writing of a file is, in bytes. */
export interface ConvertProgress {
  /** Its name, or `weights` for the pass over them before an ONNX file is written. */
  readonly file: string;
  readonly done: number;
  readonly total: number;
}
