import { expect, test } from "vitest";
import { generationConfigOf, readSamplingDefaults } from "./sampling-defaults.ts";

const read = (content: unknown) => readSamplingDefaults(content, "generation_config.json");

test("the temperature and top-p of Transformers' config count, its other fields do not", () => {
  expect(
    read({
      do_sample: true,
      temperature: 0.8,
      top_p: 0.95,
      top_k: 50,
      eos_token_id: 2,
      order: "spread",
      add_bos: true,
      corrector_steps: 8,
    }),
  ).toEqual({
    temperature: 0.8,
    topP: 0.95,
    order: "spread",
    addBos: true,
    correctorSteps: 8,
  });
  expect(read({ _from_model_config: true, bos_token_id: 50256 })).toEqual({});
  expect(read({ temperature: null, top_p: null })).toEqual({});
});

test("a config for greedy decoding recommends nothing for draws", () => {
  expect(read({ do_sample: false, temperature: 0.6 })).toEqual({});
});

test.each([
  [{ temperature: 0 }, "temperature"],
  [{ temperature: "warm" }, "temperature"],
  [{ temperature: 1e9 }, "temperature"],
  [{ top_p: 1.5 }, "top_p"],
  [{ top_p: -1 }, "top_p"],
  [{ order: "left" }, "order"],
  [{ add_bos: "yes" }, "add_bos"],
  [{ corrector_steps: -1 }, "corrector_steps"],
  [{ corrector_steps: 1e9 }, "corrector_steps"],
  [[], "the file"],
  [null, "the file"],
])("%j is refused by the name of its field", (content, field) => {
  expect(() => read(content)).toThrow(
    expect.objectContaining({
      code: "format",
      message: expect.stringMatching(`^generation_config.json: ${field} is not valid: [^\n]+$`),
    }),
  );
});

test("what is written reads the same; without defaults there is nothing to write", () => {
  const defaults = { temperature: 0.8, topP: 0.9, order: "spread" as const, addBos: true, correctorSteps: 4 };
  expect(read(generationConfigOf(defaults))).toEqual(defaults);
  expect(generationConfigOf({})).toBeUndefined();
});
