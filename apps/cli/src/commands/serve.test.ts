import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCaptured } from "../testing/run-captured.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

test("serves until it is told to stop, answers what is under way, and ends with 143", async () => {
  const child = spawn(
    process.execPath,
    ["--conditions=@sdtt/source", main, "serve", "--port", "0", "--threads", "1"],
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, SDTT_API_KEY: "secret" } },
  );
  let written = "";
  child.stderr.on("data", (chunk) => (written += String(chunk)));
  const ended = once(child, "close");
  await expect.poll(() => written, { timeout: 30_000 }).toMatch(/Serving tiny, tiny:teacher at http:\S+\n/);
  const url = /http:\S+/.exec(written)![0];
  expect((await fetch(`${url}/v1/models`)).status).toBe(401);
  // The page needs no key to be looked at, and no build by hand.
  expect(await (await fetch(url)).text()).toContain('<div id="page">');

  const answer = await fetch(`${url}/v1/denoise`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer secret" },
    body: JSON.stringify({ prompt: "It was", steps: 64, seed: 1 }),
  });
  // npm, a launcher and a service manager may each pass on the same signal.
  child.kill("SIGTERM");
  child.kill("SIGTERM");
  expect(await answer.text()).toMatch(/event: done\ndata: \{"text":"It was/);
  expect(await ended).toEqual([143, null]);
  expect(written).toMatch(/Stopping.*\nStopped\.\n$/);
});

test("warns of a server that all may use, and tells its addresses", async () => {
  const stop = new AbortController();
  const args = ["serve", "--also", "tiny", "--host", "0.0.0.0", "--port", "0", "--threads", "1"];
  let seen = "";
  const { stderr } = await runCaptured(args, {
    signal: stop.signal,
    onStderr(text) {
      seen += text;
      if (seen.includes("SDTT_API_KEY")) stop.abort();
    },
  });
  expect(stderr).toMatch(
    /Serving tiny at http:\/\/127\.0\.0\.1:\d+\n(and at http:\/\/\S+\n)*Warning: whoever/,
  );
});
