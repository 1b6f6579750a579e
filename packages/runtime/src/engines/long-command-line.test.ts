import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("./testing/run-once.ts", import.meta.url));

/** How a process of its own ends, and the first of what it writes. */
async function run(options: { args: readonly string[]; nodeArgs?: readonly string[] }) {
  const { args, nodeArgs = [] } = options;
  // What an engine in this process has set must not help the other one.
  const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
  const child = spawn(process.execPath, [...nodeArgs, "--conditions=@sdtt/source", program, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (written.stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (written.stderr += String(chunk).slice(0, 500)));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code, signal, ...written };
}

describe.each(["c-api", "binding"])("through %s", (engine) => {
  const fine = { code: 0, signal: null, stdout: `${engine} 7\n`, stderr: "" };

  // Linux takes arguments of up to 128 KiB each.
  test.each([8_000, 60_000, 120_000])("an argument of %i bytes does no harm", async (bytes) => {
    expect(await run({ args: [engine, "main", "a".repeat(bytes)] })).toEqual(fine);
  });

  test("nor do many arguments, nor those for Node itself", async () => {
    const many = Array.from({ length: 500 }, (_, i) => `${i} `.repeat(100));
    const nodeArgs = [`--conditions=${"b".repeat(20_000)}`];
    expect(await run({ args: [engine, "main", ...many], nodeArgs })).toEqual(fine);
  });

  test("nor in a worker thread", async () => {
    expect(await run({ args: [engine, "worker", "a".repeat(120_000)] })).toEqual(fine);
  });
});
