import type { RandomStream } from "@sdtt/core";
import type { Samples } from "../samples.ts";

/** What a naive baseline is made from. Texts have the reference's length; text i follows from child i of the stream. */
export interface BaselineOptions {
  readonly reference: Samples;
  /** Texts to make. */
  readonly batch: number;
  readonly stream: RandomStream;
}
