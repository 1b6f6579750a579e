import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "@sdtt/testing";
import { expect } from "vitest";
import { writeSmallModel } from "./small-model.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
/** Milliseconds within which a command must be gone, on a machine that is busy with other tests. */
const limit = 8000;
/** Between two signals that are meant as two: what follows a signal at once is its echo. */
const pause = 600;

/** A folder with a small model, a long text and a pipe that nobody writes to, where commands are interrupted. */
export interface StopSignalScene extends AsyncDisposable {
  at(name: string): string;
  /** Milliseconds that the command takes to load here. */
  readonly loading: number;
  /** Starts a command, sends a signal (or two) after a while and says how it ended; undefined if it was through before. */
  interrupt(
    args: readonly string[],
    signals: readonly NodeJS.Signals[],
    delay: number,
  ): Promise<Interrupted | undefined>;
  /** Stops a command in the midst of its work, each index elsewhere; gives its status and the half files that it left. */
  stop(args: readonly string[], signal: NodeJS.Signals, index: number): Promise<Stopped>;
}

interface Interrupted {
  readonly status: number | undefined;
  readonly written: string;
}

interface Stopped {
  readonly status: number | undefined;
  readonly left: readonly string[];
}

/** The exit status of a command that a signal ended. */
export const statusOf = { SIGINT: 130, SIGTERM: 143 } as const;

export async function stopSignalScene(): Promise<StopSignalScene> {
  const folder = await temporaryDirectory();
  const at = (name: string) => join(folder.path, name);
  await mkdir(at("model"));
  await writeSmallModel(at("model"));
  const words = Array.from({ length: 40_000 }, (_, i) => `word${(i * 7919) % 5000}`).join(" ");
  await writeFile(at("text.txt"), words.repeat(40));
  execFileSync("mkfifo", [at("pipe")]);
  const start = performance.now();
  execFileSync(process.execPath, ["--conditions=@sdtt/source", main, "--version"]);
  const loading = performance.now() - start;

  const interrupt: StopSignalScene["interrupt"] = async (args, signals, delay) => {
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
    const status = code ?? (signal === "SIGINT" || signal === "SIGTERM" ? statusOf[signal] : undefined);
    return { status, written };
  };

  /** Halfway back to the end of loading; from there before it, as loading may have been measured while the machine was busier. */
  const earlier = (delay: number) => {
    const working = delay - loading;
    return working > 20 ? loading + working / 2 : 0.8 * delay;
  };

  const madeFiles = ["made.onnx", "tokenizer.json", "report"];
  const stop: StopSignalScene["stop"] = async (args, signal, index) => {
    // From the end of loading into the midst of the work; earlier where the machine was through with it by then, which a file under
    // its final name tells too. One that is there however early the signal comes is half a file.
    let end: Interrupted | undefined;
    let left: string[] = [];
    let delay = loading + 3000 * ((index * 0.618) % 1);
    for (let late = 0; end === undefined || (left.length > 0 && late < 5); delay = earlier(delay)) {
      for (const made of madeFiles) await rm(at(made), { recursive: true, force: true });
      end = await interrupt(args, [signal], delay);
      left = (await readdir(folder.path)).filter((file) => /tmp|made|tokenizer/.test(file));
      if (end) late++;
      if (left.some((file) => !madeFiles.includes(file))) break;
    }
    return { status: end?.status, left };
  };

  return { at, loading, interrupt, stop, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}
