import { tensor } from "@sdtt/core";
import type { DrawRequest, Draws, Tensor, TokenSet } from "@sdtt/core";
import { drawProgram, tokenCount } from "@sdtt/models";
import type { HeadConfig } from "@sdtt/models";
import type { LazySessions } from "./lazy-sessions.ts";

/** How a draw departs from the model's distribution. */
export type DrawSettings = Pick<DrawRequest, "temperature" | "topP" | "topK" | "nucleus" | "entropies">;

/** Draws a token for each hidden row, `[rows, hidden]`, at its uniform: of all tokens, or of those of a set. */
export type DrawHead = (
  hidden: Tensor<"float32">,
  uniforms: Float64Array,
  allowed?: TokenSet,
) => Promise<Draws>;

/**
 * Below this temperature only the likeliest token has a chance: float32 logits that differ do so by far more. Divided by it,
 * logits would soon leave the range of float32.
 */
const coldest = 1e-20;
/** The greatest float32: above it, a temperature would be infinite and make NaN of a logit of -Infinity. */
const hottest = 3.4028234663852886e38;

/**
 * The draw with what the settings need and nothing else: a session for each combination that is asked for. The one that
 * draws of a set is built when a set is first given.
 */
export async function openDrawHead(
  heads: LazySessions,
  config: HeadConfig,
  settings: DrawSettings,
): Promise<DrawHead> {
  const { temperature, topK, topP } = withinFloat32(settings);
  const variant = {
    temperature: temperature !== 1,
    filter: topK !== undefined || topP < 1,
    // Written out where it makes a difference alone: the programs are kept by their variant.
    nucleus: settings.nucleus === "within" && topP < 1 ? settings.nucleus : undefined,
    entropies: settings.entropies ? (topP < 1 ? ("top-p" as const) : ("whole" as const)) : undefined,
  };
  const sessionFor = (allowed: boolean) =>
    heads.get(`draw ${JSON.stringify({ ...variant, allowed })}`, (weights) =>
      drawProgram({ config, weights, ...variant, allowed }),
    );
  const session = await sessionFor(false);
  const k = BigInt64Array.of(BigInt(Math.min(topK ?? config.vocabSize, config.vocabSize)));
  const shape = {
    ...(variant.temperature ? { temperature: tensor("float32", [1], Float32Array.of(temperature)) } : {}),
    ...(variant.filter
      ? { top_k: tensor("int64", [1], k), top_p: tensor("float64", [1], Float64Array.of(topP)) }
      : {}),
  };
  return async (hidden, uniforms, allowed) => {
    const feeds = { hidden, uniforms: tensor("float64", [uniforms.length], uniforms), ...shape };
    const drawn = allowed
      ? await (await sessionFor(true)).run({ ...feeds, allowed: setTensor(allowed, tokenCount(config)) })
      : await session.run(feeds);
    return {
      ids: Int32Array.from(drawn.ids!.data as BigInt64Array, Number),
      logProbs: drawn.log_probs!.data as Float32Array,
      entropies: drawn.entropies?.data as Float32Array | undefined,
    };
  };
}

/** A set as the program takes it, without the mask: bool `[1, tokens]`. */
function setTensor(allowed: TokenSet, tokens: number): Tensor<"bool"> {
  return tensor("bool", [1, tokens], allowed.slice(0, tokens));
}

/** The same draw by numbers that float32 holds. */
function withinFloat32({ temperature = 1, topK, topP = 1 }: DrawSettings) {
  return temperature < coldest
    ? { temperature: 1, topK: 1, topP: 1 }
    : { temperature: Math.min(temperature, hottest), topK, topP };
}
