import { tensor } from "@sdtt/core";
import { backboneProgram, ditParameters } from "@sdtt/models";
import type { DitConfig, Weight } from "@sdtt/models";

const config: DitConfig = {
  vocabSize: 11,
  hiddenSize: 16,
  blockCount: 1,
  headCount: 2,
  conditionSize: 8,
  length: 8,
  timeConditioning: false,
};

/** The bytes of a small diffusion transformer. */
export async function run(): Promise<unknown> {
  const weights = new Map(
    ditParameters(config).map(({ name, shape }): [string, Weight] => {
      const values = new Float32Array(shape.reduce((a, b) => a * b)).fill(0.01);
      return [name, { dtype: "float32", shape, source: { tensor: tensor("float32", shape, values) } }];
    }),
  );
  return [...backboneProgram({ config, weights }).model];
}
