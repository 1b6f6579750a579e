import { SdttError } from "@sdtt/core";
import { isCausal } from "@sdtt/models";
import type { HeadConfig, ModelDescription } from "@sdtt/models";
import type { Engine } from "@sdtt/runtime";
import type { BlockSource } from "./block-source.ts";

/** Throws `usage` for sizes that do not go together. */
export function checkTraining(options: {
  model: ModelDescription;
  source: BlockSource;
  batchSize: number;
  microBatchSize: number;
  dropout: number;
}): void {
  const { model, source, batchSize, microBatchSize, dropout } = options;
  if (model.family === "gpt2") {
    throw new SdttError("usage", "Models of GPT-2's architecture are not trained here: take the family ar.");
  }
  if (!isCausal(model) && model.config.timeConditioning) {
    throw new SdttError(
      "usage",
      "Models that are conditioned on time cannot be trained here: set timeConditioning to false.",
    );
  }
  const whole = [batchSize, microBatchSize].every((size) => Number.isSafeInteger(size) && size >= 1);
  if (!whole || batchSize % microBatchSize !== 0) {
    throw new SdttError(
      "usage",
      `The micro-batch size must divide the batch size; got ${microBatchSize} and ${batchSize}.`,
    );
  }
  if (!(dropout >= 0 && dropout < 1)) {
    throw new SdttError("usage", `Dropout must be at least 0 and below 1; got ${dropout}.`);
  }
  if (source.blockCount < batchSize) {
    throw new SdttError(
      "usage",
      `The data has ${source.blockCount} blocks of ${source.length} tokens, fewer than one batch of ${batchSize}: use more data or smaller batches.`,
    );
  }
}

/** Throws `unavailable` for WebGPU: its fused attention is wrong on some devices, and its residents lie in host memory. */
export function checkDevice({ device }: Pick<Engine, "device">): void {
  if (device !== "webgpu") return;
  throw new SdttError("unavailable", "The device webgpu samples and does not train: use cpu or cuda.");
}

/** Throws `format` if blocks hold what no tokenizer of the model's vocabulary can have made. */
export function checkBlocks(blocks: Int32Array, { vocabSize }: HeadConfig): void {
  const place = blocks.findIndex((id) => !(id >= 0 && id < vocabSize - 1));
  if (place < 0) return;
  throw new SdttError(
    "format",
    `The data holds the id ${blocks[place]}; the model's tokens are 0 to ${vocabSize - 2}. Prepare the data with the model's tokenizer.`,
  );
}
