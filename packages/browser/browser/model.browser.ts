import { createDenoiser } from "@sdtt/engine";
import { denoiserConformance } from "@sdtt/testing/denoiser-conformance";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWebEngine, loadModel, parseTemplate } from "../src/index.ts";
import type { LoadedModel, WebEngine } from "../src/index.ts";
import { seedsThatDiffer } from "./compare-with-node.ts";
import { fetchFixture, studentFolder } from "./places.ts";

let engine: WebEngine;
beforeAll(async () => {
  engine = await createWebEngine({ threads: 2 });
});
afterAll(() => engine[Symbol.asyncDispose]());

denoiserConformance("the DiT in a page", {
  create: async () => createDenoiser({ engine, ...(await fetchFixture()) }),
  length: 12,
});

denoiserConformance("the DiT in int8 in a page", {
  create: async () => createDenoiser({ engine, ...(await fetchFixture()), dtype: "int8" }),
  length: 12,
});

describe("the bundled student", () => {
  let model: LoadedModel;
  beforeAll(async () => {
    model = await loadModel(studentFolder, { engine });
  });
  afterAll(() => model[Symbol.asyncDispose]());

  test("writes what it writes in Node", async () => {
    expect((await seedsThatDiffer(model, 6, { steps: 8, length: 64 })).length).toBeLessThanOrEqual(1);
  });

  test("fills gaps, step by step", async () => {
    const template = parseTemplate("Lily saw a <mask:2> and it was <mask:3>.");
    let masks = Infinity;
    // Correctors would go over the words again once no mask is left.
    const steps = { template, steps: 4, correctorSteps: 0, seed: 12 };
    for await (const { tokens } of model.stream(steps)) {
      const left = tokens[0]!.filter((id) => id === model.tokenizer.maskId).length;
      expect(left).toBeLessThan(masks);
      masks = left;
    }
    expect(masks).toBe(0);
    const { texts } = await model.sample({ template, steps: 4, seed: 12 });
    expect(texts[0]).toMatch(/^Lily saw a .+ and it was .+\.$/);
  });

  test("stops in the midst of a text when asked to", async () => {
    const aborting = new AbortController();
    const steps = model.stream({ steps: 32, signal: aborting.signal });
    await steps.next();
    aborting.abort();
    await expect(steps.next()).rejects.toMatchObject({ code: "aborted" });
    const { texts } = await model.sample({ steps: 2, length: 16 });
    expect(texts[0]).not.toBe("");
  });
});
