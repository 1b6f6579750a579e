import { readFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runExample, startExample } from "./run-example.ts";

const folder = join(import.meta.dirname, "..");
const programs = readdirSync(folder).filter((name) => name.endsWith(".ts"));
const source = (name: string) => readFile(join(folder, name), "utf8");

test("every program says what it shows and how to run it, and is in the list", async () => {
  const readme = await source("README.md");
  for (const name of programs) {
    const lines = (await source(name)).split("\n");
    expect(lines[0], name).toMatch(/^\/\/ [A-Z]/);
    expect(lines.filter((line) => line.startsWith("//   ")).join("\n"), name).toContain(`node ${name}`);
    expect(readme).toContain(`[${name}](${name})`);
  }
});

test("a program imports what its folder's package.json brings", async () => {
  const { dependencies } = JSON.parse(await source("package.json")) as {
    dependencies: Record<string, string>;
  };
  const imported = new Set<string>();
  for (const name of programs) {
    for (const [, path] of (await source(name)).matchAll(/ from "([^"]+)"/g)) {
      if (!path!.startsWith("node:")) imported.add(/^(@[^/]+\/)?[^/]+/.exec(path!)![0]);
    }
  }
  // LangChain's clients share its core, which they want beside them.
  expect([...imported, "@langchain/core"].sort()).toEqual(Object.keys(dependencies).sort());
});

test("the terminal shows the text until no mask is left", async () => {
  const output = await runExample("stream-to-terminal.ts", ["It was"]);
  expect(output).toContain("░░░");
  const last = output.slice(output.lastIndexOf("step "));
  expect(last).toMatch(/^step \d+ of 24/);
  expect(output).toContain("It was");
});

test("a form letter has its names and no gap", async () => {
  const output = await runExample("infill-form-letter.ts", ["Anna", "Ben"]);
  expect(output).toMatch(/^Dear Anna,\n\nThank you for the \S.* that you gave me\./);
  expect(output).toMatch(/\nDear Ben,\n/);
  expect(output).not.toContain("MASK");
});

test("a denoiser without a network: all letters of a step are drawn, and the seed decides which", async () => {
  const output = await runExample("custom-denoiser.ts");
  const [one, four, many] = output.trim().split("\n");
  expect(one).toMatch(/^1 steps, 1 passes: ([abnr]{24} {0,2}){3}$/);
  // Letters that are drawn at once do not know of each other; one by one they do: "aa" is rare in the chain.
  const doubles = (line: string) => line.match(/a(?=a)/g)?.length ?? 0;
  expect(doubles(one!)).toBeGreaterThan(doubles(many!));
  expect(four).toMatch(/^4 steps/);
  expect(await runExample("custom-denoiser.ts")).toBe(output);
});

test("a sampler by threshold reveals every token once, and the prompt stays", async () => {
  const output = await runExample("custom-sampler.ts", ["It was"]);
  expect(output).toMatch(/^It was/);
  const [, passes, revealed] = /(\d+) passes, which revealed ([\d ]+) tokens/.exec(output)!;
  const counts = revealed!.split(" ").map(Number);
  expect(counts).toHaveLength(Number(passes));
  expect(Math.min(...counts)).toBeGreaterThan(0);
  // The end-of-text token and the two words of the prompt are given.
  expect(counts.reduce((a, b) => a + b)).toBe(48 - 3);
});

test("a metric stands in the report beside the entropy", async () => {
  const output = await runExample("custom-metric.ts");
  expect(output).toMatch(/^words per sentence: [\d.]+\nunigram entropy: \d\.\d\d nats\n$/);
});

test("a route streams each step as an event", async () => {
  const child = startExample("serve-with-hono.ts", [], { PORT: "0" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.on("data", (data) => {
      const address = /http:\S+/.exec(String(data))?.[0];
      if (address) resolve(address);
    });
    child.stderr!.on("data", (data) => reject(new Error(String(data))));
  });

  const answer = await fetch(`${url}?prompt=It+was`);
  expect(answer.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const events = (await answer.text()).trim().split("\n\n");
  expect(events.length).toBeGreaterThan(4);
  for (const event of events) expect(event).toMatch(/^event: step\ndata: "It was.*"\nid: \d+$/);
  expect(events[0]).toContain("_");

  // Someone who leaves early, and a prompt that is too long, leave it well.
  const left = new AbortController();
  const { body } = await fetch(`${url}?prompt=It+was`, { signal: left.signal });
  await body!.getReader().read();
  left.abort();
  expect((await fetch(`${url}?prompt=${"a".repeat(1001)}`)).status).toBe(400);
});

test("the clients' programs are the snippets of the server's README, which the server's tests run", async () => {
  // Lines may be broken elsewhere.
  const plain = (code: string) => code.replaceAll(/[\s,]/g, "");
  const readme = plain(await readFile(join(folder, "../apps/server/README.md"), "utf8"));
  for (const name of ["openai-client.ts", "langchain.ts", "ai-sdk.ts"]) {
    const code = (await source(name)).replace(/^(\/\/.*\n)+/, "");
    expect(readme, name).toContain(plain(code));
  }
});
