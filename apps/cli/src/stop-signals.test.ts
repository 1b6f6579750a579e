import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { statusOf, stopSignalScene } from "./testing/stop-signal-scene.ts";
import type { StopSignalScene } from "./testing/stop-signal-scene.ts";

let scene: StopSignalScene;
beforeAll(async () => {
  scene = await stopSignalScene();
}, 120_000);
afterAll(() => scene[Symbol.asyncDispose]());

// One command of each kind: native work, a wait for input, JavaScript, a file that is written. The slow tests have the others.
describe.skipIf(process.platform === "win32")("a signal ends a command wherever it is", () => {
  const commands: [name: string, args: () => string[]][] = [
    ["one long pass", () => ["sample", "--length", "20000", "--no-live"]],
    ["a prompt that never comes", () => ["sample", "--prompt-file", "-"]],
    ["tokenizing", () => ["eval", "nelbo", "--data", scene.at("text.txt")]],
    ["exporting", () => ["convert", "tiny", scene.at("made.onnx"), "--dtype", "float32"]],
  ];
  for (const [i, [name, args]] of commands.entries()) {
    const signal = i % 2 === 0 ? "SIGTERM" : "SIGINT";
    test(name, { timeout: 60_000 }, async () => {
      expect(await scene.stop(args(), signal, i)).toEqual({ status: statusOf[signal], left: [] });
    });
  }

  test(
    "a run in training saves first; a second signal does not wait for that",
    { timeout: 60_000 },
    async () => {
      const { at, loading } = scene;
      const args = ["distill", "--teacher", at("model"), "--data", at("text.txt"), "--out", at("run")];
      const end = await scene.interrupt(
        [...args, "--batch-size", "512"],
        ["SIGTERM", "SIGTERM"],
        2 * loading,
      );
      expect(end?.status).toBe(statusOf.SIGTERM);
    },
  );
});
