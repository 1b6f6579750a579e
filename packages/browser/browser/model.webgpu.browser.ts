import { createDenoiser } from "@sdtt/engine";
import { denoiserConformance } from "@sdtt/testing/denoiser-conformance";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands } from "vitest/browser";
import { createWebEngine, loadModel } from "../src/index.ts";
import type { LoadedModel, WebEngine } from "../src/index.ts";
import { seedsThatDiffer } from "./compare-with-node.ts";
import { fetchFixture, studentFolder } from "./places.ts";

let engine: WebEngine;
beforeAll(async () => {
  engine = await createWebEngine({ device: "webgpu", threads: 2 });
});
afterAll(() => engine[Symbol.asyncDispose]());

describe("the bundled student on WebGPU", () => {
  let model: LoadedModel;
  beforeAll(async () => {
    model = await loadModel(studentFolder, { engine });
  });
  afterAll(() => model[Symbol.asyncDispose]());

  test("is there", () => {
    expect(model.device).toBe("webgpu");
  });

  test("gives Node's log-probabilities", async ({ annotate }) => {
    const { network } = model;
    if (!("logProbs" in network)) throw new Error("The bundled student is no denoiser.");
    const tokens = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? network.maskId : (i * 37) % 4000));
    const rows = [0, 3, 18, 39];
    const inNode = await commands.logProbsInNode({ tokens, rows });
    const here = await network.logProbs({
      tokens: Int32Array.from(tokens),
      batch: 1,
      length: tokens.length,
      rows: Int32Array.from(rows),
    });
    let largest = 0;
    for (const [i, value] of inNode.entries()) {
      if (value === null) expect(here[i]).toBe(-Infinity);
      else largest = Math.max(largest, Math.abs(value - here[i]!));
    }
    await annotate(`The largest difference from Node: ${largest.toExponential(1)}.`);
    expect(largest).toBeLessThan(1e-3);
  });

  test("writes what it writes in Node", async ({ annotate }) => {
    const differing = await seedsThatDiffer(model, 4, { steps: 4, length: 16 });
    await annotate(`Another text than in Node: ${differing.length} of 4 seeds.`);
    expect(differing.length).toBeLessThanOrEqual(1);
  });

  test("refuses int8, which WebGPU does not compute in", async () => {
    await expect(loadModel(studentFolder, { engine, dtype: "int8" })).rejects.toMatchObject({
      code: "unavailable",
    });
  });
});

denoiserConformance("the DiT on WebGPU", {
  create: async () => createDenoiser({ engine, ...(await fetchFixture()) }),
  length: 12,
});
