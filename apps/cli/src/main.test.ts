import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

function start(...args: string[]) {
  const child = spawn(process.execPath, ["--conditions=@sdtt/source", main, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (written.stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (written.stderr += String(chunk)));
  return { child, written, ended: once(child, "close") as Promise<[number | null, string | null]> };
}

for (const engine of ["c-api", "binding"]) {
  test(`an interrupt ends a run cleanly, with 130 (${engine})`, async () => {
    const { child, written, ended } = start(
      "sample",
      "--live",
      "--steps",
      "128",
      "-n",
      "4",
      "--seed",
      "1",
      "--engine",
      engine,
    );
    await once(child.stderr, "data"); // the first frame: the sampler is at work
    child.kill("SIGINT");
    const [code, signal] = await ended;
    // A step that takes too long is not waited for: then the signal itself ends the process, which is 130 to a shell as well.
    expect([130, "SIGINT"]).toContain(code ?? signal);
    expect(written.stdout).toBe("");
    expect(written.stderr).toMatch(/Stopped\.\n$/);
  });
}

test("a reader that closes its end early is no failure", async () => {
  const { child, ended, written } = start("sample", "--steps", "2", "--length", "16", "--seed", "1");
  child.stdout.destroy();
  const [code] = await ended;
  expect(written.stderr).not.toMatch(/EPIPE|\n\s+at /);
  expect([0, 130]).toContain(code);
});

test("peak memory does not grow with the steps", async () => {
  const tellPeak = "process.on('exit', () => console.error('peak', process.resourceUsage().maxRSS))";
  const node = [
    "--conditions=@sdtt/source",
    "--import",
    `data:text/javascript,${encodeURIComponent(tellPeak)}`,
  ];
  /** In KiB. */
  const peakOf = async (steps: string): Promise<number> => {
    const args = ["sample", "--steps", steps, "--length", "8", "--seed", "1"];
    const child = spawn(process.execPath, [...node, main, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    expect(await once(child, "close")).toEqual([0, null]);
    return Number(/^peak (\d+)$/m.exec(stderr)![1]);
  };
  // Peaks of equal runs differ by up to 16 MiB; a single byte a step would be 1 GB.
  expect((await peakOf("1e9")) - (await peakOf("8"))).toBeLessThan(64 * 1024);
}, 120_000);

test("what was compiled is kept for the next command", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sdtt-compiled-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const child = spawn(process.execPath, ["--conditions=@sdtt/source", main, "--version"], {
    env: { ...process.env, NODE_COMPILE_CACHE: undefined, TMPDIR: folder, TMP: folder, TEMP: folder },
    stdio: "ignore",
  });
  expect(await once(child, "close")).toEqual([0, null]);
  const kept = await readdir(join(folder, "node-compile-cache"), { recursive: true });
  // The CLI loads several hundred files of its own, and of others.
  expect(kept.length).toBeGreaterThan(100);
});
