import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { statusOf, stopSignalScene } from "./testing/stop-signal-scene.ts";
import type { StopSignalScene } from "./testing/stop-signal-scene.ts";

let scene: StopSignalScene;
beforeAll(async () => {
  scene = await stopSignalScene();
}, 120_000);
afterAll(() => scene[Symbol.asyncDispose]());

describe.skipIf(process.platform === "win32")("a signal ends these commands too", () => {
  const commands: [name: string, args: () => string[]][] = [
    ["a template", () => ["infill", "A <mask:9999> b"]],
    ["draws in JavaScript", () => ["sample", "-n", "64", "--precision", "gumbel32", "--no-live"]],
    ["a pipe that nobody writes to", () => ["sample", "--prompt-file", scene.at("pipe")]],
    ["settings from such a pipe", () => ["distill", scene.at("pipe")]],
    [
      "learning a tokenizer",
      () => ["train-tokenizer", scene.at("tokenizer.json"), "--data", scene.at("text.txt")],
    ],
    [
      "a report",
      () => ["eval", "report", "-m", "tiny", "--judge", "tiny:judge", "--out", scene.at("report")],
    ],
    ["planning", () => ["distill", "--plan", "--data", scene.at("text.txt"), "--batch-size", "256"]],
  ];
  for (const [i, [name, args]] of commands.entries()) {
    const signal = i % 2 === 0 ? "SIGTERM" : "SIGINT";
    test(name, { timeout: 60_000 }, async () => {
      expect(await scene.stop(args(), signal, i)).toEqual({ status: statusOf[signal], left: [] });
    });
  }
});
