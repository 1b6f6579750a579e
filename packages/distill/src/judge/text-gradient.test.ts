import { createStream, elementCount, tensor } from "@sdtt/core";
import type { Weights } from "@sdtt/graph";
import { causalParameters } from "@sdtt/models";
import type { CausalDescription } from "@sdtt/models";
import { createCausalModel, createEngine } from "@sdtt/runtime";
import { expect, test } from "vitest";
import { createTextGradient } from "../index.ts";

const stream = createStream(12);
const config = { vocabSize: 11, hiddenSize: 8, blockCount: 2, headCount: 2, length: 6 };

/** Random weights, moved along a direction. */
function weightsOf(model: CausalDescription, step = 0, directionOf?: (at: number) => number): Weights {
  let at = 0;
  return new Map(
    causalParameters(model).map(({ name, shape }) => {
      const centre = /norm|ln_\w+\.weight/.test(name) ? 1 : 0;
      const data = Float32Array.from({ length: elementCount(shape) }, () => {
        const value = centre + (stream.uniform(at) - 0.5) * 0.8 + step * (directionOf?.(at) ?? 0);
        at++;
        return value;
      });
      return [name, { dtype: "float32", shape, source: { tensor: tensor("float32", shape, data) } }];
    }),
  );
}

const texts = {
  tokens: Int32Array.from({ length: 5 * 6 }, (_, i) => stream.child("ids").uint32(i) % 10),
  batch: 5,
  length: 6,
  lengths: Int32Array.of(6, 3, 6, 1, 5),
};

/** The gradient with zeros in the place of the mask's row, as the weights lie. */
function placeByParameter(model: CausalDescription, gradient: Float32Array): number[] {
  let at = 0;
  return causalParameters(model).flatMap(({ name, shape }) => {
    const size = elementCount(shape);
    const missing = name.startsWith("output_layer.linear") ? size / shape[0]! : 0;
    const part = [...gradient.subarray(at, at + size - missing), ...new Float32Array(missing)];
    at += size - missing;
    return part;
  });
}

test.each(["gpt2", "ar"] as const)(
  "%s: the gradient is the slope of the mean nats per token",
  async (family) => {
    const model: CausalDescription = { family, config };
    await using engine = await createEngine({ threads: 1 });
    await using gradients = await createTextGradient({
      engine,
      description: model,
      weights: weightsOf(model),
      batchSize: 2,
    });
    const gradient = await gradients.gradient(texts);

    const nats = async (weights: Weights) => {
      await using judge = await createCausalModel({ engine, description: model, weights });
      const scores = await judge.score(texts);
      let total = 0;
      texts.lengths.forEach((count, i) => {
        let sum = 0;
        for (let position = 1; position < count; position++) sum -= scores[i * texts.length + position]!;
        if (count > 1) total += sum / (count - 1) / texts.batch;
      });
      return total;
    };
    // Along the gradient the slope is its square: nothing may be missing of it, and nothing be there twice.
    const square = gradient.reduce((sum, value) => sum + value * value, 0);
    expect(square).toBeGreaterThan(1e-3);
    const placed = placeByParameter(model, gradient);
    const step = 1e-2 / Math.sqrt(square);
    const slope =
      ((await nats(weightsOf(model, step, (at) => placed[at]!))) -
        (await nats(weightsOf(model, -step, (at) => placed[at]!)))) /
      (2 * step);
    expect(slope / square).toBeCloseTo(1, 2);
    expect(await gradients.gradient(texts)).toEqual(gradient);
  },
);

test("a diffusion model has no such gradient, and texts that it cannot read are refused", async () => {
  await using engine = await createEngine({ threads: 1 });
  const model: CausalDescription = { family: "gpt2", config };
  const weights = weightsOf(model);
  const denoiser = {
    family: "mdlm",
    config: { ...config, conditionSize: 4, timeConditioning: false },
  } as const;
  await expect(createTextGradient({ engine, description: denoiser, weights })).rejects.toThrow(
    "A gradient of texts is taken from an autoregressive model; got one of the family mdlm.",
  );
  await using gradients = await createTextGradient({ engine, description: model, weights });
  const of = (tokens: number[]) => ({ tokens: Int32Array.from(tokens), batch: 1, length: tokens.length });
  await expect(gradients.gradient(of([1, 11]))).rejects.toThrow("Ids go from 0 to 10; got 11 at index 1.");
  await expect(gradients.gradient(of([1, 1, 1, 1, 1, 1, 1]))).rejects.toThrow(/at most 6 positions/);
  const signal = AbortSignal.abort();
  await expect(gradients.gradient(of([1, 2]), { signal })).rejects.toMatchObject({ code: "aborted" });
});
