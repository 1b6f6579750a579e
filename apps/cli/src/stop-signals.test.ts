import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "@sdtt/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeSmallModel } from "./testing/small-model.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));
/** Milliseconds within which a command must be gone, on a machine that is busy with other tests. */
const limit = 8000;

/** Milliseconds that the command takes to load here. */
let loading = 0;
let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
const at = (name: string) => join(folder.path, name);

beforeAll(async () => {
  folder = await temporaryDirectory();
  await mkdir(at("model"));
  await writeSmallModel(at("model"));
  const words = Array.from({ length: 40_000 }, (_, i) => `word${(i * 7919) % 5000}`).join(" ");
  await writeFile(at("text.txt"), words.repeat(40));
  execFileSync("mkfifo", [at("pipe")]);
  const start = performance.now();
  execFileSync(process.execPath, ["--conditions=@sdtt/source", main, "--version"]);
  loading = performance.now() - start;
}, 120_000);
afterAll(() => folder[Symbol.asyncDispose]());

/** Between two signals that are meant as two: what follows a signal at once is its echo. */
const pause = 600;

/** Starts a command, sends a signal (or two) after a while and says how it ended; undefined if it was through before. */
async function interrupt(args: string[], signals: readonly NodeJS.Signals[], delay: number) {
  const child = spawn(process.execPath, ["--conditions=@sdtt/source", main, ...args], {
    stdio: ["pipe", "ignore", "pipe"],
    env: { ...process.env, XDG_CACHE_HOME: at("cache") },
  });
  let written = "";
  child.stderr.on("data", (chunk) => (written += String(chunk)));
  const ended = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  await Promise.race([sleep(delay), ended]);
  if (child.exitCode === 0) return undefined;
  expect(child.exitCode, written).toBeNull();
  for (const [i, signal] of signals.entries()) {
    if (i > 0) await Promise.race([sleep(pause), ended]);
    child.kill(signal);
  }
  const end = await Promise.race([ended, sleep(limit, undefined)]);
  if (!end) child.kill("SIGKILL");
  const [code, signal] = end ?? [];
  // It was ending by itself when the signal came.
  if (code === 0) return undefined;
  // A shell reports either in the same way.
  const status = code ?? (signal === "SIGINT" ? 130 : signal === "SIGTERM" ? 143 : undefined);
  return { status, written };
}

describe.skipIf(process.platform === "win32")("a signal ends a command wherever it is", () => {
  const commands: [name: string, args: () => string[]][] = [
    ["one long pass", () => ["sample", "--length", "20000", "--no-live"]],
    ["a template", () => ["infill", "A <mask:9999> b"]],
    ["draws in JavaScript", () => ["sample", "-n", "64", "--precision", "gumbel32", "--no-live"]],
    ["a prompt that never comes", () => ["sample", "--prompt-file", "-"]],
    ["a pipe that nobody writes to", () => ["sample", "--prompt-file", at("pipe")]],
    ["settings from such a pipe", () => ["distill", at("pipe")]],
    ["tokenizing", () => ["eval", "nelbo", "--data", at("text.txt")]],
    ["learning a tokenizer", () => ["train-tokenizer", at("tokenizer.json"), "--data", at("text.txt")]],
    ["exporting", () => ["convert", "tiny", at("made.onnx"), "--dtype", "float32"]],
    ["a report", () => ["eval", "report", "-m", "tiny", "--judge", "tiny:judge", "--out", at("report")]],
    ["planning", () => ["distill", "--plan", "--data", at("text.txt"), "--batch-size", "256"]],
  ];
  for (const [i, [name, args]] of commands.entries()) {
    test(name, { timeout: 60_000 }, async () => {
      const signal = i % 2 === 0 ? "SIGTERM" : "SIGINT";
      // From the end of loading into the midst of the work; earlier where the machine was through with it by then.
      let end: Awaited<ReturnType<typeof interrupt>>;
      for (let working = 3000 * ((i * 0.618) % 1); end === undefined; working /= 2) {
        for (const made of ["made.onnx", "tokenizer.json", "report"]) {
          await rm(at(made), { recursive: true, force: true });
        }
        end = await interrupt(args(), [signal], loading + working);
      }
      const { status, written } = end;
      expect(status, written).toBe(signal === "SIGTERM" ? 143 : 130);
      const left = (await readdir(folder.path)).filter((file) => /tmp|made|tokenizer/.test(file));
      expect(left).toEqual([]);
    });
  }

  test(
    "a run in training saves first; a second signal does not wait for that",
    { timeout: 60_000 },
    async () => {
      const args = ["distill", "--teacher", at("model"), "--data", at("text.txt"), "--out", at("run")];
      const end = await interrupt([...args, "--batch-size", "512"], ["SIGTERM", "SIGTERM"], 2 * loading);
      expect(end?.status).toBe(143);
    },
  );
});
