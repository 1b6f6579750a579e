import type { DataType } from "@sdtt/core";
import type { Dimension } from "./dimension.ts";

/** An input or output of a program. */
export interface ProgramValue {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly Dimension[];
}

/** A graph as ONNX bytes, ready for any ONNX Runtime. */
export interface Program {
  /** A serialised ModelProto. Large weights are external data: locations relative to `weightsFolder`. */
  readonly model: Uint8Array;
  readonly inputs: readonly ProgramValue[];
  readonly outputs: readonly ProgramValue[];
  /** Whether it multiplies bytes by int8 (`int8Linear`): some processors do that exactly only if they are told to. */
  readonly multipliesBytes?: boolean;
  /** The real folder (no symbolic link) that holds the files of external weights; absent if there are none. */
  readonly weightsFolder?: string;
}
