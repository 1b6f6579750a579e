import { SdttError } from "@sdtt/core";
import { listed, quoted } from "../names-in-messages.ts";

/** Without sigma_map and adaLN: the autoregressive baseline of the MDLM and SEDD papers. */
const causalBlock = /(^|\.)blocks\.\d+\.attn_qkv\.weight$/;

/** Architectures that people are likely to point us at by mistake, each by a tensor that only it has. */
const signatures: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/(^|\.)encoder\.layer\.\d+\.attention\.self\.query\.weight$/, "a BERT or RoBERTa"],
  [/(^|\.)transformer\.layer\.\d+\.attention\.q_lin\.weight$/, "a DistilBERT"],
  [/(^|\.)encoder\.block\.\d+\.layer\.0\.SelfAttention\.q\.weight$/, "a T5"],
  [/(^|\.)layers\.\d+\.attention\.query_key_value\.weight$/, "a GPT-NeoX or Pythia"],
  [
    /(^|\.)decoder\.layers\.\d+\.self_attn\.q_proj\.weight$/,
    "an OPT, BART or other decoder of fairseq's kind",
  ],
  [/(^|\.)layers\.\d+\.self_attn\.q_proj\.weight$/, "a Llama, Mistral or Qwen"],
  [/(^|\.)layers\.\d+\.mixer\.(A_log|in_proj\.weight|mamba_fwd\..*)$/, "a Mamba"],
  [/(^|\.)transformer\.blocks\.\d+\.(att_proj|ff_proj|q_proj)\.weight$/, "a LLaDA or OLMo"],
  [/(^|\.)blocks\.\d+\.attn\.qkv\.weight$/, "a vision transformer or an image DiT"],
  [/(^|\.)down_blocks\.\d+\./, "a diffusion U-Net"],
  [causalBlock, "an autoregressive transformer of MDLM's code base, whose config would say so"],
];

/**
 * Throws if these are the tensors of something else than a DiT of this family: all of those have a `sigma_map`.
 *
 * @throws SdttError `checkpoint` that says which architecture it looks like.
 */
export function assertOwnArchitecture(names: readonly string[], path: string): void {
  if (isConditioned(names)) return;
  const [sign, architecture] = foreignArchitecture(names) ?? [];
  const found = architecture
    ? `it looks like ${architecture} (${quoted(sign!)})`
    : `it holds ${names.length} tensors: ${listed(names.map(quoted))}`;
  throw new SdttError("checkpoint", `${path} holds no model of the SDTT, MDLM or SEDD family; ${found}.`);
}

/** Whether these may be the tensors of an autoregressive model of ours; its config has to say so. */
export function isCausalTransformer(names: readonly string[]): boolean {
  return names.some((name) => causalBlock.test(name)) && !isConditioned(names);
}

/** A DiT has a map from noise levels to its condition. */
function isConditioned(names: readonly string[]): boolean {
  return names.some((name) => /(^|\.)sigma_map\./.test(name));
}

function foreignArchitecture(names: readonly string[]): [sign: string, architecture: string] | undefined {
  for (const [pattern, architecture] of signatures) {
    const sign = names.find((name) => pattern.test(name));
    if (sign !== undefined) return [sign, architecture];
  }
  return undefined;
}
