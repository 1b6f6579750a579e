import { createDenoiser } from "@sdtt/engine";
import type { Engine } from "@sdtt/engine";
import onnxProto from "onnx-proto";
import { modelParameters } from "@sdtt/models";
import { fixtureModel } from "@sdtt/testing";
import { expect, test } from "vitest";
import { webgpu } from "../devices/webgpu.ts";
import { createEngine } from "../engines/create-engine.ts";

const description = { family: "mdlm", config: fixtureModel } as const;
const weights = new Map(
  modelParameters(description).map(({ name, shape }) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    return [
      name,
      { dtype: "float32" as const, shape, source: { tensor: { dtype: "float32" as const, shape, data } } },
    ];
  }),
);

/** The operators of the network's program, and the batches that 40 texts are cut into. */
async function computedOn(place: Partial<Engine>) {
  await using real = await createEngine({ threads: 1 });
  const operators = new Set<string>();
  const batches: number[] = [];
  const engine: Engine = {
    ...real,
    ...place,
    async load(program, options) {
      onnxProto.onnx.ModelProto.decode(program.model).graph?.node?.forEach(({ opType }) =>
        operators.add(opType!),
      );
      const session = await real.load(program, options);
      return {
        ...session,
        run(request) {
          batches.push(request.feeds["tokens"]!.shape[0]!);
          return session.run(request);
        },
      };
    },
  };
  await using denoiser = await createDenoiser({ engine, description, weights });
  const [batch, length] = [40, 1024];
  const rows = Int32Array.from({ length: batch }, (_, text) => text * length);
  await denoiser.hiddenRows({ tokens: new Int32Array(batch * length), batch, length, rows });
  return { isFused: operators.has("MultiHeadAttention"), batches };
}

test("a device with large limits gets more texts at a time, and WebGPU no attention that it may get wrong", async () => {
  const traits = { maxPositions: 32_768, maxHeadRows: 1024, computeTypes: ["float32"] } as const;
  expect(await computedOn({ traits })).toEqual({ isFused: true, batches: [32, 8] });
  const tenfold = Array.from({ length: 10 }, () => 4);
  const { device, traits: few } = webgpu.provider();
  expect(await computedOn({ device, traits: few })).toEqual({ isFused: false, batches: tenfold });
});
