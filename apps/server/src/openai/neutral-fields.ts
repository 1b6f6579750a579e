import { z } from "zod";

const parallel = "tokens are written in parallel, none knows of repetition";
const topSampling = "draw with temperature, top_p and top_k";
const noConstraint = "the text is not constrained";
const nothingIn = z.record(z.string(), z.never());

interface NeutralField {
  readonly name: string;
  readonly neutral: z.ZodType;
  readonly reason: string;
}

/**
 * Fields that clients of other servers send with every request, by what they may say here: that which happens anyway.
 * Collected from the requests of OpenAI's clients, LangChain, LiteLLM, the AI SDK, vLLM, llama.cpp and
 * text-generation-webui.
 */
const neutralFields: readonly NeutralField[] = [
  ...fields(parallel, z.literal(0), [
    "frequency_penalty",
    "presence_penalty",
    "dry_multiplier",
    "no_repeat_ngram_size",
  ]),
  ...fields(parallel, z.literal(1), ["repetition_penalty", "repeat_penalty", "encoder_repetition_penalty"]),
  ...fields(topSampling, z.literal(0), [
    "min_p",
    "top_a",
    "mirostat",
    "mirostat_mode",
    "dynatemp_range",
    "epsilon_cutoff",
    "eta_cutoff",
    "smoothing_factor",
    "xtc_probability",
    "penalty_alpha",
  ]),
  ...fields(topSampling, z.literal(1), ["typical_p", "tfs", "tfs_z", "smoothing_curve"]),
  ...fields(topSampling, z.literal([0, -1]), ["top_n_sigma"]),
  ...fields(topSampling, z.literal(false), ["dynamic_temperature", "temperature_last"]),
  ...fields("use temperature 0 for the likeliest tokens", z.literal(true), ["do_sample"]),
  ...fields("texts are not searched for", z.literal(false), ["use_beam_search"]),
  ...fields("texts are not searched for", z.literal(1), ["length_penalty"]),
  ...fields("there is no second prompt to steer away from", z.literal(1), ["guidance_scale"]),
  ...fields("logits are not changed", z.union([nothingIn, z.array(z.unknown()).max(0)]), ["logit_bias"]),
  ...fields(noConstraint, z.literal(""), ["grammar", "grammar_string", "custom_token_bans"]),
  ...fields("there is no second prompt to steer away from", z.literal(""), ["negative_prompt"]),
  ...fields(noConstraint, z.strictObject({ type: z.literal("text") }), ["response_format"]),
  ...fields(noConstraint, nothingIn, ["json_schema"]),
  ...fields("only texts in stop end a completion", z.array(z.unknown()).max(0), [
    "stop_token_ids",
    "bad_words",
  ]),
  ...fields("the text ends before what is in stop", z.literal(false), ["include_stop_str_in_output"]),
  ...fields("a completion ends where the model ends it", z.literal(0), ["min_tokens"]),
  ...fields("special tokens are not shown", z.literal(true), [
    "skip_special_tokens",
    "spaces_between_special_tokens",
  ]),
  ...fields("tokens are told as texts: ask for logprobs", z.literal(false), [
    "return_tokens_as_token_ids",
    "return_token_ids",
  ]),
  ...fields("prompts are not scored", z.literal(0), ["prompt_logprobs", "n_probs"]),
  ...fields("use add_bos", z.literal(true), ["add_special_tokens", "add_bos_token"]),
  ...fields("use ignore_eos", z.literal(false), ["ban_eos_token"]),
  ...fields("use max_tokens", z.literal(0), ["max_tokens_second", "t_max_predict_ms"]),
  ...fields("use max_tokens -1", z.literal(false), ["auto_max_new_tokens"]),
  ...fields("there is no such field in an answer", z.literal(false), [
    "return_tokens",
    "return_progress",
    "timings_per_token",
    "post_sampling_probs",
  ]),
  ...fields("a prompt is taken whole", z.literal([0, -1]), ["truncate_prompt_tokens", "truncation_length"]),
];

/** Marks a field of a schema that is taken, but changes nothing. */
export const noEffect = "x-no-effect";

/** What says nothing about the text: taken whatever it is. */
const ignoredFields = [
  "user",
  "metadata",
  "store",
  "service_tier",
  "safety_identifier",
  "prompt_cache_key",
  "cache_prompt",
  "prompt_lookup_num_tokens",
  "static_cache",
  "id_slot",
  "n_keep",
  "min_keep",
  "samplers",
  "sampler_priority",
  "priority",
  "request_id",
  // Settings of what the fields above turn off.
  "mirostat_tau",
  "mirostat_eta",
  "dynatemp_low",
  "dynatemp_high",
  "dynatemp_exponent",
  "xtc_threshold",
  "dry_base",
  "dry_allowed_length",
  "dry_sequence_breakers",
  "dry_penalty_last_n",
  "repeat_last_n",
  "repetition_penalty_range",
];

/** The schema of each of these fields. One that says anything else is refused by its name and the reason. */
export function neutralShape(): Record<string, z.ZodType> {
  const neutral = neutralFields.map(({ name, neutral, reason }) => [
    name,
    z
      .union([neutral, z.null()], { error: `is not supported: ${reason}: leave it out` })
      .optional()
      .meta({ description: reason, [noEffect]: true }),
  ]);
  const ignored = ignoredFields.map((name) => [
    name,
    z
      .unknown()
      .optional()
      .meta({ [noEffect]: true }),
  ]);
  return Object.fromEntries([...neutral, ...ignored]) as Record<string, z.ZodType>;
}

function fields(reason: string, neutral: z.ZodType, names: readonly string[]): NeutralField[] {
  return names.map((name) => ({ name, neutral, reason }));
}
