import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { combineModels } from "./combine-models.ts";
import type { LanguageModel, TextSample, TextSampleOptions, TextSampleStep } from "@sdtt/language-model";
import { loadModel } from "./load-model.ts";

let engines: Engine[];
let [alone, both]: LanguageModel[] = [];
let [load, failing] = [[0, 0], false];

/** Two engines on the CPU in the place of two GPUs. They count their runs. */
beforeAll(async () => {
  engines = [await createEngine({ threads: 1 }), await createEngine({ threads: 1 })];
  alone = await loadModel("tiny", { engine: engines[0]! });
  const models = engines.map((engine, i) =>
    loadModel("tiny", {
      engine: {
        ...engine,
        async load(program, options) {
          const session = await engine.load(program, options);
          return {
            ...session,
            run(request) {
              load[i]!++;
              if (failing && i === 1) return Promise.reject(new Error("the second GPU is gone"));
              return session.run(request);
            },
          };
        },
      },
    }),
  );
  both = combineModels(await Promise.all(models));
}, 60_000);
afterAll(async () => {
  for (const model of [alone, both]) await model?.[Symbol.asyncDispose]();
  for (const engine of engines) await engine[Symbol.asyncDispose]();
});

async function all(
  model: LanguageModel,
  request: TextSampleOptions,
): Promise<{ events: TextSampleStep[]; result: TextSample }> {
  const events: TextSampleStep[] = [];
  const steps = model.stream(request);
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return { events, result: value };
    events.push(value);
  }
}

test.each<[string, TextSampleOptions]>([
  ["texts from nothing", { samples: 5, length: 24, steps: 6 }],
  ["more steps than tokens, of which many reveal nothing", { samples: 3, length: 6, steps: 64 }],
  [
    "a prompt, from a later number on",
    { samples: 4, length: 24, steps: 6, prompt: "Once upon a time", sequenceOffset: 7 },
  ],
  [
    "an adaptive sampler, whose texts take passes of their own",
    { samples: 4, length: 24, sampler: "entropy-bounded", gamma: 0.5 },
  ],
  ["fewer texts than devices", { samples: 1, length: 16, steps: 4 }],
])("%s: two devices give the texts, the events and the counts of one", async (_, request) => {
  const seeded = { ...request, seed: 3 };
  const [one, two] = [await all(alone!, seeded), await all(both!, seeded)];
  expect(two.result).toEqual(one.result);
  expect(two.events).toEqual(one.events);
});

test("both devices work, and each on its part alone", async () => {
  load = [0, 0];
  await both!.sample({ samples: 4, length: 16, steps: 4, seed: 1 });
  for (const runs of load) expect(runs).toBeGreaterThan(0);
  load = [0, 0];
  await both!.sample({ samples: 1, length: 16, steps: 4, seed: 1 });
  expect(load[1]).toBe(0);
});

test("a seed that is not given is drawn once for all", async () => {
  const request = { samples: 4, length: 16, steps: 4 };
  const { texts, seed } = await both!.sample(request);
  expect((await alone!.sample({ ...request, seed })).texts).toEqual(texts);
});

test("if one device fails, so does the request; a signal ends all of them", async () => {
  failing = true;
  try {
    await expect(both!.sample({ samples: 4, length: 16, steps: 4 })).rejects.toThrow(
      /the second GPU is gone/,
    );
  } finally {
    failing = false;
  }
  const signal = AbortSignal.abort();
  await expect(both!.sample({ samples: 4, length: 16, steps: 4, signal })).rejects.toMatchObject({
    code: "aborted",
  });
});

test("no model, or models of different checkpoints, cannot be combined", () => {
  expect(() => combineModels([])).toThrow(/at least one/);
  expect(() => combineModels([alone!, { ...alone!, name: "other" }])).toThrow(
    /of one checkpoint; got tiny and other/,
  );
});
