import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLanguageModel, parseTemplate } from "@sdtt/language-model";
import type { LanguageModel, TextSampleOptions } from "@sdtt/language-model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixturePath } from "@sdtt/testing";
import { tinyModelFolder } from "@sdtt/tiny";
import { loadModel } from "./load-model.ts";
import { locateModel } from "./locate-model.ts";
import { loadSmallStudent } from "./named-models.ts";

describe("the bundled model", () => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await loadModel("tiny", { threads: 1 });
  });
  afterAll(() => model[Symbol.asyncDispose]());

  test("is described", () => {
    expect(model.description.config).toMatchObject({
      vocabSize: 4097,
      hiddenSize: 256,
      blockCount: 6,
      length: 256,
    });
    expect(model.parameterCount).toBeGreaterThan(8e6);
  });

  test("writes text without a mask left, the same for the same seed", async () => {
    const options = { steps: 6, length: 48, seed: 11 };
    const first = await model.sample(options);
    expect(first.tokens[0]).toHaveLength(48);
    expect([...first.tokens[0]!]).not.toContain(model.tokenizer.maskId);
    // Six steps, and half as many corrector steps, which the model recommends.
    expect(first.passes).toBe(9);
    expect(await model.sample(options)).toEqual(first);
    expect((await model.sample({ ...options, seed: 12 })).texts).not.toEqual(first.texts);
  });

  test("writes the same text with its draws prepared, as asked for or otherwise", async () => {
    const options = { steps: 4, length: 32, seed: 3 };
    const { texts } = await model.sample(options);
    for (const drawAs of [{}, { temperature: 0.5, topK: 4 }, { precision: "gumbel32" as const }]) {
      await using prepared = await loadModel("tiny", { threads: 1, drawAs });
      expect((await prepared.sample(options)).texts).toEqual(texts);
    }
    await (await loadModel("tiny", { threads: 1, drawAs: {} }))[Symbol.asyncDispose]();
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

  test("fills the README's gaps with words: at most 3 of 100 texts have a digit", async () => {
    const template = parseTemplate("The <mask:4> sat on the <mask:2>.");
    const { texts, tokens } = await model.sample({ template, samples: 100, steps: 8, seed: 0 });
    expect(texts.filter((text) => /\d/.test(text)).length).toBeLessThanOrEqual(3);
    for (const [i, text] of texts.entries()) {
      expect(text).toMatch(/^The [^]* sat on the [^]*\.$/);
      // The spaces before the gaps are those of the gaps' first tokens.
      expect(model.tokenizer.decode(tokens[i]!.subarray(2, 3))).toMatch(/^ /);
      expect(model.tokenizer.decode(tokens[i]!.subarray(9, 10))).toMatch(/^ /);
    }
  });

  test("holds spaces in every order, precision and cut, whatever is asked for at once", async () => {
    const template = ["The ", { mask: 2 }, " sat  ", { mask: 1 }, { mask: 1 }, "\n", { mask: 1 }];
    const settings: TextSampleOptions[] = [
      { order: "confidence" },
      { precision: "gumbel32" },
      { sampler: "first-hitting", steps: undefined },
      { temperature: 0 },
      { topK: 2 },
      { topP: 0.1 },
      { addBos: false },
      { addEos: true },
      { length: 24 },
    ];
    for (const setting of settings) {
      const { texts } = await model.sample({ template, steps: 4, samples: 3, seed: 5, ...setting });
      for (const text of texts) expect(text).toMatch(/^The [^]* sat  [^]*\n/);
    }
  });

  test("a text is the same however many share its restricted rows", async () => {
    const options = { template: parseTemplate("The <mask:4> sat on the <mask:2>."), steps: 3, seed: 9 };
    const together = await model.sample({ ...options, samples: 5 });
    expect((await model.sample(options)).tokens[0]).toEqual(together.tokens[0]);
  });

  test("begins prompts and templates as training texts begin, once, unless told otherwise", async () => {
    const { endOfTextId: end, maskId } = model.tokenizer;
    const first = async (options: TextSampleOptions) => {
      const seen: number[][] = [];
      const project = (ids: Int32Array) => {
        seen.push([...ids]);
        return ids;
      };
      await model.sample({ steps: 1, length: 12, seed: 1, ...options, project });
      return seen[0]!.slice(0, 2);
    };
    const [it] = model.tokenizer.encode("It");
    expect(await first({ prompt: "It" })).toEqual([end, it]);
    expect(await first({ prompt: Int32Array.of(it!) })).toEqual([end, it]);
    expect(await first({ prompt: "<|endoftext|>It" })).toEqual([end, it]);
    expect(await first({ template: ["It", { mask: 2 }] })).toEqual([end, it]);
    expect(await first({ prompt: "" })).toEqual([end, maskId]);
    expect(await first({ prompt: "It", addBos: false })).toEqual([it, maskId]);
    // The bundled model recommends it where nothing is given, too.
    expect(await first({})).toEqual([end, maskId]);
    expect(await first({ addBos: false })).toEqual([maskId, maskId]);
  });

  test("a model whose blocks have none does without", async () => {
    await using other = createLanguageModel({ ...model, description: { ...model.description, bos: false } });
    const { tokens } = await other.sample({ prompt: "It", length: 8, steps: 1, seed: 1 });
    expect(tokens[0]![0]).toBe(model.tokenizer.encode("It")[0]);
  });

  test("temperature 0 takes the likeliest tokens, the same each time", async () => {
    const options = { prompt: "It was", length: 16, steps: 4, temperature: 0 };
    const first = await model.sample(options);
    expect(await model.sample(options)).toEqual(first);
    expect(first.seed).toBe(0);
    expect(await model.sample({ ...options, temperature: 1, topK: 1 })).toEqual(first);
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
