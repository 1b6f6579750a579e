import { expect, test } from "vitest";
import type { DenoiseRequest } from "../api/client.ts";
import type { RevealedToken } from "../api/events.ts";
import { cellsAt } from "./cells.ts";
import { startRun } from "./run.ts";
import type { Run } from "./run.ts";
import { defaultSettings, requestFor } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { statisticsAt } from "./statistics.ts";

const word = (position: number, text: string): RevealedToken => ({
  position,
  id: text.length,
  text,
  probability: 1,
});

/** A text whose second word was masked again and became another. */
const run: Run = {
  ...startRun("model", 4),
  status: "done",
  length: 3,
  given: [{ position: 0, id: 9, text: "It" }],
  reveals: [
    { step: 1, revealed: [word(1, " had")] },
    { step: 2, revealed: [word(2, " so")], masked: [1] },
    { step: 4, revealed: [word(1, " was")], retold: [{ position: 2, id: 3, text: " So" }] },
  ],
};

const shown = (step: number) =>
  cellsAt(run, step).map((cell) => (cell.kind === "masked" ? `(${cell.later?.text})` : cell.text));

test("a word that is masked again is a mask until it is written again, and holds the room of what it comes to", () => {
  expect([0, 1, 2, 3, 4].map(shown)).toEqual([
    ["It", "( was)", "( So)"],
    ["It", " had", "( So)"],
    ["It", "( was)", " so"],
    ["It", "( was)", " so"],
    ["It", " was", " So"],
  ]);
  expect(cellsAt(run, 4)[1]).toMatchObject({ kind: "written", step: 4, isFresh: true });
});

test("only what stands counts as written", () => {
  expect([1, 2, 4].map((step) => statisticsAt(run, step).written)).toEqual([1, 1, 2]);
  expect(statisticsAt({ ...run, seconds: 0.5 }, 4).tokensPerSecond).toBe(4);
});

test.each<[Partial<Settings>, Partial<DenoiseRequest>]>([
  [{ sampler: "plain" }, { steps: 16 }],
  [
    { sampler: "remasking", eta: 0.2 },
    { steps: 16, sampler: "remdm-cap", eta: 0.2 },
  ],
  [
    { sampler: "remasking", eta: 0.2, steps: 1 },
    { steps: 3, sampler: "remdm-cap", eta: 0.2 },
  ],
  [
    { sampler: "adaptive", gamma: 3 },
    { sampler: "entropy-bounded", gamma: 3 },
  ],
  [
    { sampler: "blocks", blocks: 8, steps: 6 },
    { steps: 6, blocks: 6 },
  ],
  [{ guidance: 1.5 }, { steps: 16, guidance: 1.5 }],
])("%o is asked of the server with no more than its own setting", (change, fields) => {
  const { text: prompt, length, seed } = defaultSettings;
  const common = { model: "model", prompt, length, seed, ignore_eos: true };
  expect(requestFor({ ...defaultSettings, ...change }, "model")).toEqual({ ...common, ...fields });
});

test.each(["", "<mask:4>"])("guidance is not asked for where no word is given: %o", (text) => {
  expect(requestFor({ ...defaultSettings, text, guidance: 2 }, "model")).not.toHaveProperty("guidance");
});
