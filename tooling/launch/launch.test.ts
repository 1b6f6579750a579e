import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const launcher = fileURLToPath(new URL("launch.mjs", import.meta.url));
const serve = ["serve", "--also", "tiny", "--port", "0", "--threads", "1"];

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly ended: Promise<[code: number | null, signal: string | null]>;
  /** All that it and what it started have written. */
  readonly written: () => string;
}

/** A server in a process group of its own, so that a signal to it can be one to the group, as Ctrl-C sends it. */
async function start(file: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith("npm_"));
  const child = spawn(file, args, {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...Object.fromEntries(clean), ...env },
  });
  onTestFinished(() => endGroup(child.pid!));
  let written = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (written += String(chunk)));
  const ended = once(child, "exit") as Running["ended"];
  await expect.poll(() => written, { timeout: 50_000 }).toMatch(/ at http:\S+\n/);
  return { child, url: / at (http:\S+)/.exec(written)![1]!, ended, written: () => written };
}

/** Whatever a test that failed has left behind. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All have ended.
  }
}

function answers(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`).then(
    (answer) => answer.ok,
    () => false,
  );
}

describe.skipIf(process.platform === "win32")("a server that was started by the launcher", () => {
  for (const [signal, status] of [
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const) {
    test(`ends with ${status} at ${signal} to the launcher`, async () => {
      const { child, url, ended } = await start(process.execPath, [launcher, "sdtt", ...serve]);
      child.kill(signal);
      expect(await ended).toEqual([status, null]);
      expect(await answers(url)).toBe(false);
    });
  }

  test("answers what is under way when all of its group hear Ctrl-C", async () => {
    const { child, url, ended, written } = await start(process.execPath, [launcher, "sdtt", ...serve]);
    const answer = await fetch(`${url}/v1/denoise`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ prompt: "It was", steps: 256, seed: 1 }),
    });
    process.kill(-child.pid!, "SIGINT");
    expect(await answer.text()).toContain("event: done");
    expect(await ended).toEqual([130, null]);
    expect(written()).toMatch(/Stopping.*\nStopped\.\n$/);
  });

  for (const [what, args] of [
    ["npm run", ["run", "sdtt", "--", ...serve]],
    [
      "npx",
      [
        "exec",
        "--call",
        `"${process.execPath}" --conditions=@sdtt/source apps/cli/src/main.ts ${serve.join(" ")}`,
      ],
    ],
  ] as const) {
    test(`ends at SIGTERM to ${what}, whose shell passes none on`, async () => {
      const { child, url, written } = await start("npm", [...args], { npm_config_update_notifier: "false" });
      // Past the time in which a parent that leaves means to detach.
      await sleep(500);
      child.kill("SIGTERM");
      await expect.poll(() => answers(url), { timeout: 20_000 }).toBe(false);
      await expect.poll(written).toMatch(/Stopped\.\n$/);
    });
  }

  test("is left alone when it was detached, and its parent has gone", async () => {
    const command = `"${process.execPath}" "${launcher}" sdtt ${serve.join(" ")} & echo pid $!`;
    const { url, ended, written } = await start("sh", ["-c", `nohup ${command}`]);
    await ended;
    await sleep(1000);
    expect(await answers(url)).toBe(true);
    process.kill(Number(/pid (\d+)/.exec(written())![1]), "SIGTERM");
    await expect.poll(() => answers(url), { timeout: 20_000 }).toBe(false);
  });
});
