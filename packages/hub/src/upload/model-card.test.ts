import { expect, test } from "vitest";
import { writeModelCard } from "./model-card.ts";
import type { DistillationMethod, ModelCard } from "./model-card.ts";

const card: ModelCard = {
  repo: "org/student",
  branch: "round_7",
  model: {
    family: "sdtt",
    config: {
      vocabSize: 50_258,
      hiddenSize: 768,
      blockCount: 12,
      headCount: 12,
      conditionSize: 128,
      length: 1024,
      timeConditioning: false,
    },
  },
  parameters: 169_627_218,
  dtype: "float32",
  weights: "ema",
  origin: { kind: "distilled", teacher: "hf:kuleshov-group/mdlm-owt@main", data: "OpenWebText" },
  settings: { "steps per round": 10_000, loss: "kl-bwd | reverse" },
  license: "apache-2.0",
  version: "0.1.0",
};

test("a card says how the checkpoint was made", () => {
  const text = writeModelCard(card);
  expect(text).toMatch(
    /^---\nlicense: "apache-2.0"\nlibrary_name: sdtt\n[^#]*base_model: "kuleshov-group\/mdlm-owt"\n[^#]*---\n\n# org\/student, round_7\n/,
  );
  expect(text).toContain("169,627,218 parameters");
  expect(text).toContain(
    "moving averages of the weights of a student that was distilled from `hf:kuleshov-group/mdlm-owt@main` on OpenWebText.",
  );
  expect(text).toContain("| steps per round | 10000 |\n| loss | kl-bwd \\| reverse |\n");
  expect(text).toContain("npx sdtt sample --model hf:org/student@round_7");
});

test("a card names the method that it was told", () => {
  const told = (method: DistillationMethod) =>
    writeModelCard({
      ...card,
      origin: { kind: "distilled", teacher: "tiny:teacher", data: "tales", method },
    });
  expect(told("sdtt")).toContain("The method is Self-Distillation Through Time, [arXiv 2410.21035]");
  expect(told("idlm")).toContain("The method is inverse distillation: IDLM");
  expect(told("consistency")).toContain("The method is consistency without a teacher, MPDC");
});

test("a card claims nothing that it was not told", () => {
  expect(writeModelCard(card)).not.toContain("The method is");
  const { license: _license, settings: _settings, ...rest } = card;
  const text = writeModelCard({
    ...rest,
    branch: "main",
    weights: "raw",
    origin: { kind: "converted", source: "./run/last.ckpt" },
  });
  expect(text).not.toMatch(/license|base_model|setting|distill|average/i);
  expect(text).toContain("These are the weights of `./run/last.ckpt`, converted and not trained further.");
});
