import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const launcher = fileURLToPath(new URL("launch.mjs", import.meta.url));
const serve = ["serve", "--port", "0", "--threads", "1"];

/** Starts a server through the launcher, and gives its address once it answers. */
async function startServing(file: string, args: readonly string[]) {
  const child = spawn(file, [...args, ...serve], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  let written = "";
  child.stderr.on("data", (chunk) => (written += String(chunk)));
  await expect.poll(() => written, { timeout: 50_000 }).toMatch(/Serving .* at http:\S+\n/);
  const url = /http:\S+/.exec(written)![0];
  expect((await fetch(`${url}/v1/models`)).status).toBe(200);
  return { child, url };
}

function answers(url: string): Promise<boolean> {
  return fetch(`${url}/v1/models`).then(
    () => true,
    () => false,
  );
}

async function statusOf(child: ChildProcess): Promise<unknown> {
  const [code] = (await once(child, "close")) as [number | null];
  return code;
}

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)("passes %s on, waits and exits with %i", async (signal, status) => {
  const { child, url } = await startServing(process.execPath, [launcher, "sdtt"]);
  const ended = statusOf(child);
  child.kill(signal);
  expect(await ended).toBe(status);
  expect(await answers(url)).toBe(false);
});

test("ends what it started when npm is told to stop, whose shell passes no signal on", async () => {
  const { child, url } = await startServing("npm", ["run", "--silent", "sdtt", "--"]);
  child.kill("SIGTERM");
  await expect.poll(() => answers(url), { timeout: 30_000 }).toBe(false);
});
