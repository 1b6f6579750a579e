import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { tensorBytes } from "@sdtt/core";
import { fixturePath, readFixture } from "@sdtt/testing";
import { expect, test } from "vitest";
import { openTorchCheckpoint } from "./torch-checkpoint.ts";

type Truth = Record<string, Record<string, [dtype: string, shape: number[], sha256: string]>>;

const truth = JSON.parse(readFileSync(fixturePath("torch_files/truth.json"), "utf8")) as Truth;
truth["be.ckpt"] = truth["light.ckpt"]!;
// The same without what the callback's parameter is called elsewhere.
truth["sd.bin"] = truth["light.ckpt"]!;

test.each(Object.keys(truth))("torch_files/%s gives its tensors bit for bit", async (name) => {
  await using checkpoint = await openTorchCheckpoint(fixturePath(`torch_files/${name}`), { weightSet: "raw" });
  const found: Truth[string] = {};
  for (const [key, { dtype, shape }] of checkpoint.tensors) {
    const values = await checkpoint.read(key);
    expect(values).toMatchObject({ dtype, shape });
    const sha256 = createHash("sha256").update(tensorBytes(values)).digest("hex");
    found[key] = [`torch.${dtype}`, [...shape], sha256];
  }
  expect(found).toEqual(truth[name]);
});

test.each(["raw", "ema"] as const)("a Lightning checkpoint gives its %s weights", async (weightSet) => {
  const prefix = weightSet === "raw" ? "state_dict." : "ema.";
  const expected = [...readFixture("lightning_expected.safetensors")].filter(([key]) => key.startsWith(prefix));
  await using checkpoint = await openTorchCheckpoint(fixturePath("lightning.ckpt"), { weightSet });
  expect(checkpoint.weightSet).toBe(weightSet);
  // The average names no buffer: it is taken from the state dict.
  expect(checkpoint.tensors.size).toBe(31);
  expect(expected).toHaveLength(weightSet === "raw" ? 31 : 30);
  for (const [key, wanted] of expected) {
    const name = weightSet === "raw" ? key.slice(prefix.length) : `backbone.${key.slice(prefix.length)}`;
    expect(await checkpoint.read(name)).toEqual(wanted);
  }
});
