import { createDenoiser } from "@sdtt/engine";
import type { Engine } from "@sdtt/engine";
import { ditParameters } from "@sdtt/models";
import {
  denoiserConformance,
  describeOn,
  fixtureModel,
  readFixture,
  testDevice as device,
} from "@sdtt/testing";
import { afterAll, beforeAll } from "vitest";
import { diagnose } from "../doctor/diagnose.ts";
import { createEngine } from "../engines/create-engine.ts";

const { devices } = await diagnose();
const stored = readFixture("hub/model.safetensors");
const weights = new Map(
  ditParameters(fixtureModel).map(({ name, shape }) => {
    const source = { tensor: stored.get(`backbone.${name}`)! };
    return [name, { dtype: "float32" as const, shape, source }];
  }),
);

describeOn(devices, device, () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine({ device });
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  denoiserConformance(`the DiT on ${device}`, {
    create: () => createDenoiser({ engine, description: { family: "sdtt", config: fixtureModel }, weights }),
    length: 12,
  });
});
