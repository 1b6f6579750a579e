import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundledModels, namedModels } from "@sdtt/hub";
import { expect, test } from "vitest";
import { readBenchmarkConfig } from "./benchmark-config.ts";
import { planFamily } from "./family.ts";
import { defaultSweep } from "./sweep.ts";

const configs = fileURLToPath(new URL("../../../../tooling/bench/configs/", import.meta.url));
const known = new Set([...bundledModels.keys(), ...namedModels.map(({ name }) => name)]);

test("the benchmarks of the repository name models that there are", async () => {
  const names = await readdir(configs);
  expect(names.toSorted()).toEqual(["bundled.json", "published.json"]);
  for (const name of names) {
    for (const { family } of await readBenchmarkConfig(configs + name)) {
      const used = [family.judge, ...family.models].map((model) => model.name);
      expect(used.filter((model) => !known.has(model))).toEqual([]);
      expect(planFamily(family).cells.length).toBeGreaterThan(family.models.length);
      // Each number of steps has its fourfold, or is the last or the last but one.
      expect(family.sweep.steps.filter((k) => family.sweep.steps.includes(4 * k)).length).toBeGreaterThan(0);
    }
  }
});

test("a family takes what it does not say from the file, and that from the defaults", async () => {
  const [bundled] = await readBenchmarkConfig(`${configs}bundled.json`);
  expect(bundled!.family).toMatchObject({
    protocol: "ids",
    judge: { label: "tiny:judge", name: "tiny:judge" },
    sweep: { length: 256, steps: [4, 8, 16, 32, 64], seed: defaultSweep.seed },
    shownSteps: [4, 16, 64],
  });
});
