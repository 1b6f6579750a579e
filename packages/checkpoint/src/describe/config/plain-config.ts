import { SdttError } from "@sdtt/core";
import { describeOpaque } from "../../opaque-value.ts";
import { asObject, configCandidates } from "./config-candidates.ts";

/** What the description of a model depends on, in any way of writing a config. */
const decisive: readonly string[] = [
  "model_type",
  "architectures",
  "architectures.0",
  "parameterization",
  "parameterization.name",
  "time_conditioning",
  "diffusion",
  "graph",
  "graph.type",
  "block_size",
  "causal",
  "causal_attention",
  "algo",
  "algo.name",
  "algo.parameterization",
  "algo.time_conditioning",
  "algo.diffusion",
  "algo.block_size",
  "algo.causal",
  "algo.causal_attention",
  "model",
  "model.hidden_size",
  "model.cond_dim",
  "model.noise_size",
  "model.n_blocks",
  "model.n_heads",
  "model.length",
  "model.scale_by_sigma",
  "model.block_size",
  "model.causal",
  "model.causal_attention",
  "data",
  "data.insert_train_special",
  "data_preprocess",
  "data_preprocess.add_bos",
  "data_preprocess.legacy_start_end_bos",
  "tokens",
  "vocab_size",
  "hidden_dim",
  "cond_dim",
  "n_blocks",
  "n_heads",
  "model_length",
  "n_embd",
  "n_layer",
  "n_head",
  "n_positions",
];

/** Whether all that a config says of its model is plain data. */
export function isPlainConfig(config: unknown): boolean {
  return opaquePart(config) === undefined;
}

/**
 * Throws if what a config says of its model would have to be made by Python: leaving that out would let a default take
 * its place.
 *
 * @throws SdttError `format` that names the path and the global.
 */
export function assertPlainConfig(config: unknown, where: string): void {
  const part = opaquePart(config);
  if (!part) return;
  throw new SdttError(
    "format",
    `In ${where}, ${part.path} is ${part.what}. To load the model, put a config.json beside it that says what it is.`,
  );
}

/** The first part that only Python could make, and what it is. */
function opaquePart(config: unknown): { path: string; what: string } | undefined {
  const values: [path: string, value: unknown][] = [
    ["the config", config],
    ["config", asObject(config)["config"]],
    ...configCandidates(config).flatMap((candidate, i) =>
      decisive.map((path): [string, unknown] => [
        i === 0 ? path : `config.${path}`,
        path.split(".").reduce<unknown>((parent, key) => asObject(parent)[key], candidate),
      ]),
    ),
  ];
  for (const [path, value] of values) {
    const what = describeOpaque(value);
    if (what !== undefined) return { path, what };
  }
  return undefined;
}
