import { openCheckpoint, openCheckpointContents } from "@sdtt/hub";
import type { Checkpoint, WeightSet } from "@sdtt/hub";
import { isSdttError } from "@sdtt/core";
import { readProvenance } from "./provenance.ts";
import type { Provenance } from "./provenance.ts";
import type { WeightType } from "./retype.ts";
import type { ConvertProgress } from "./tensor-sources.ts";

export interface ConvertOptions {
  /** The folder or file to read, as `locateModel` gives it. */
  readonly path: string;
  /** What the result says that it was made of; the path unless given. */
  readonly source?: string | undefined;
  /** What to make. Nothing may be there. */
  readonly target: string;
  /** The type of the weights; as they are stored unless given. */
  readonly dtype?: WeightType | undefined;
  /** Which weights of a training checkpoint; the EMA where there is one unless given. */
  readonly weightSet?: WeightSet | undefined;
  readonly onProgress?: ((progress: ConvertProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ConversionSource {
  readonly checkpoint: Checkpoint;
  /** What the source says of itself, or that it was converted. */
  readonly provenance: Provenance;
}

export async function openSource(options: ConvertOptions): Promise<ConversionSource> {
  const { path, source = path, weightSet, signal } = options;
  const checkpoint = await openCheckpoint({ path, weightSet, signal });
  const provenance = (await readProvenance(path)) ?? {
    origin: { kind: "converted", source },
    weights: weightSet ?? (await defaultWeightSet(path)),
  };
  return { checkpoint, provenance };
}

/** Which weights were opened of a checkpoint that opens: the EMA, unless it has none. */
async function defaultWeightSet(path: string): Promise<WeightSet> {
  try {
    await using _ = await openCheckpointContents({ path, weightSet: "ema" });
    return "ema";
  } catch (error) {
    if (isSdttError(error)) return "raw";
    throw error;
  }
}
