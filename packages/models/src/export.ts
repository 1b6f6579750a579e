import {
  add,
  cast,
  dimensionSize,
  divide,
  equal,
  exponential,
  gather,
  input,
  logarithm,
  multiplyDimensions,
  range,
  reshape,
  scalar,
  serialize,
  subtract,
  where,
} from "@sdtt/graph";
import type { Program, Value, Weights } from "@sdtt/graph";
import type { DenoiserDescription } from "./config.ts";
import { noiseInput } from "./embed-tokens.ts";
import { ditHidden } from "./dit.ts";
import { seddLogScore, subsLogProbs } from "./heads.ts";
import { createParameterSource } from "./parameter-source.ts";

/**
 * The whole network in one program of standard ONNX operators, for runtimes that know nothing of this project.
 *
 * Inputs: `tokens` int64 `[batch, length]`; for time-conditioned models, `sigma` float32 `[batch]`; for those with a noise input,
 * `noise` float32 `[batch, noiseSize]`, standard normal or zero. Output:
 * `log_probs` float32 `[batch, length, vocab]` under SUBS (MDLM, Sahoo et al. 2024, section 3.2.3): -Infinity at the
 * mask, and a position that is not masked is certain of itself. SEDD gives its `log_score` of the same shape instead.
 */
export function exportProgram({
  family,
  config,
  weights,
}: DenoiserDescription & { readonly weights: Weights }): Program {
  const tokens = input("tokens", "int64", ["batch", "length"]);
  const sigma = config.timeConditioning ? input("sigma", "float32", ["batch"]) : undefined;
  const positions = multiplyDimensions("batch", "length");
  const rows = range(positions);
  const parameters = createParameterSource({ config, weights });
  const noise = noiseInput(config, "batch");
  const hidden = ditHidden({ config, parameters, tokens, rows, noise, ...(sigma ? { sigma } : {}) });

  const head = { config, parameters, hidden };
  const ownTokens = reshape(tokens, [positions]);
  const inSequences = (value: Value) => reshape(value, ["batch", "length", config.vocabSize]);
  const outputs: Record<string, Value> =
    family === "sedd"
      ? {
          log_score: inSequences(
            seddLogScore({ ...head, ownTokens, level: levels(sigma!, rows, config.vocabSize) }),
          ),
        }
      : { log_probs: inSequences(carryOver(subsLogProbs(head), ownTokens)) };
  return serialize({ outputs, weights, decompose: true, name: family });
}

/** Rows of positions that are not masked become one-hot: what is written stays. */
function carryOver(logProbs: Value, ownTokens: Value): Value {
  const [rows, vocabSize] = logProbs.shape as [Value["shape"][0], number];
  const own = reshape(ownTokens, [rows, 1]);
  const isOwn = equal(own, reshape(range(vocabSize), [1, vocabSize]));
  const certain = where(isOwn, scalar(logProbs.dtype, 0), scalar(logProbs.dtype, -Infinity));
  return where(equal(own, scalar("int64", vocabSize - 1)), logProbs, certain);
}

/** log(expm1(sigma)) + log(vocab - 1) of each row's sequence; in float64, as expm1 of a small sigma cancels. */
function levels(sigma: Value, rows: Value, vocabSize: number): Value {
  const wide = cast(sigma, "float64");
  const shrinkage = logarithm(subtract(exponential(wide), scalar("float64", 1)));
  const level = cast(add(shrinkage, scalar("float64", Math.log(vocabSize - 1))), "float32");
  return gather(level, divide(rows, dimensionSize("length")));
}
