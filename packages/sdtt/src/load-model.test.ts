import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixturePath } from "@sdtt/testing";
import { tinyModelFolder } from "@sdtt/tiny";
import type { LanguageModel } from "./language-model.ts";
import { loadModel } from "./load-model.ts";
import { locateModel } from "./locate-model.ts";
import { loadSmallStudent } from "./named-models.ts";
import { parseTemplate } from "./template.ts";

describe("the bundled model", () => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await loadModel("tiny", { threads: 1 });
  });
  afterAll(() => model[Symbol.asyncDispose]());

  test("is described", () => {
    expect(model.description.config).toMatchObject({
      vocabSize: 8193,
      hiddenSize: 256,
      blockCount: 6,
      length: 256,
    });
    expect(model.parameterCount).toBeGreaterThan(10e6);
  });

  test("writes text without a mask left, the same for the same seed", async () => {
    const options = { steps: 6, length: 48, seed: 11 };
    const first = await model.sample(options);
    expect(first.tokens[0]).toHaveLength(48);
    expect([...first.tokens[0]!]).not.toContain(model.tokenizer.maskId);
    expect(first.passes).toBeLessThanOrEqual(7);
    expect(await model.sample(options)).toEqual(first);
    expect((await model.sample({ ...options, seed: 12 })).texts).not.toEqual(first.texts);
  });

  test("writes the same text alone, in a batch of 8, on 1 thread and on 2, through either engine", async () => {
    const options = { steps: 5, length: 40, seed: 3 };
    const alone = (await model.sample(options)).tokens[0]!;
    expect((await model.sample({ ...options, samples: 8 })).tokens[0]).toEqual(alone);
    for (const engine of ["c-api", "binding"] as const) {
      await using other = await loadModel(tinyModelFolder("student"), { threads: 2, engine });
      expect((await other.sample({ ...options, samples: 2 })).tokens[0]).toEqual(alone);
    }
  });

  test("keeps a prompt, and the words around gaps", async () => {
    const prompted = await model.sample({ prompt: "It was", steps: 3, length: 16, seed: 1 });
    expect(prompted.texts[0]).toMatch(/^It was/);
    const { texts } = await model.sample({
      template: parseTemplate("The <mask:5> sat on<mask:3>."),
      steps: 3,
      seed: 1,
    });
    expect(texts[0]).toMatch(/^The .* sat on.*\.$/s);
  });

  test("streams what each step reveals", async () => {
    const seen = new Map<number, number>();
    const steps = model.stream({ steps: 4, length: 24, seed: 5, prompt: "He" });
    let result = await steps.next();
    for (; !result.done; result = await steps.next()) {
      for (const { position, id, logProb } of result.value.revealed) {
        expect(logProb).toBeLessThanOrEqual(0);
        seen.set(position, id);
      }
    }
    const ids = result.value.tokens[0]!;
    expect(seen.size).toBe(24 - 1 - model.tokenizer.encode("He").length);
    for (const [position, id] of seen) expect(ids[position]).toBe(id);
  });

  test("stops between steps", async () => {
    const stop = new AbortController();
    const steps = model.stream({ steps: 50, length: 64, seed: 1, signal: stop.signal });
    await steps.next();
    stop.abort();
    await expect(steps.next()).rejects.toMatchObject({ code: "aborted" });
  });

  test("refuses what cannot be", async () => {
    const refused = (options: Parameters<LanguageModel["sample"]>[0]) =>
      expect(model.sample(options)).rejects.toMatchObject({ code: "usage" });
    await refused({ steps: 0 });
    await refused({ topP: 0 });
    await refused({ topP: 1.5 });
    await refused({ temperature: -1 });
    await refused({ prompt: Int32Array.of(9000) });
    await refused({ prompt: "a long prompt ".repeat(200) });
    await refused({ prompt: "a", template: ["b", { mask: 1 }] });
    await refused({ sampler: "euler" });
  });
});

test("a checkpoint of another vocabulary needs its tokenizer", async () => {
  await expect(loadModel(fixturePath("hub"))).rejects.toThrow(/vocabulary of 97 and no tokenizer\.json/);
});

test("what is no model is refused in one line", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sdtt-"));
  try {
    await writeFile(join(folder, "model.safetensors"), "");
    for (const path of [folder, join(folder, "model.safetensors"), join(folder, "nothing"), "./nowhere"]) {
      await expect(loadModel(path)).rejects.toThrow(/^[^\n]+$/);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a folder that is here is taken before a repository of the same name", async () => {
  const here = process.cwd();
  process.chdir(join(tinyModelFolder("student"), "..", ".."));
  try {
    expect(await locateModel("models/student")).toBe("models/student");
  } finally {
    process.chdir(here);
  }
});

test("named models are checked before anything is asked of the network", async () => {
  const fetch = () => Promise.reject(new Error("no request may leave"));
  const options = { hub: { fetch, environment: {} }, offline: true };
  await expect(loadSmallStudent({ loss: "kdl" as "kld", round: 7, ...options })).rejects.toThrow(
    /kld, mse, tvd|kld/,
  );
});
