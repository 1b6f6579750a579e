import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { OpenAI } from "@langchain/openai";
import { readExamples } from "@sdtt/examples";
import { generateText } from "ai";
import { loadModel } from "sdtt";
import type { LanguageModel } from "sdtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServer } from "../index.ts";
import type { Server } from "../index.ts";

const folder = new URL("../../", import.meta.url);
const readme = await readFile(new URL("README.md", folder), "utf8");
const snippets = readExamples(readme).map(({ code }) => code);

let model: LanguageModel;
let server: Server;
beforeAll(async () => {
  model = await loadModel("tiny", { threads: 1 });
  server = await startServer({ models: new Map([["tiny", model]]), port: 0 });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

/** Runs the snippet as a program of this package; gives what it prints. */
async function runSnippet(code: string): Promise<string> {
  const file = new URL(`snippet-${process.pid}.ts`, folder);
  await writeFile(file, code.replace("http://127.0.0.1:8000", server.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file.pathname]);
    return stdout;
  } finally {
    await rm(file);
  }
}

for (const client of ["openai", "@langchain/openai", "@ai-sdk/openai-compatible"]) {
  test(`the README's snippet for ${client} continues the prompt as it stands`, async () => {
    const snippet = snippets.find((code) => code.includes(`from "${client}"`));
    const answer = await fetch(`${server.url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ prompt: "Once upon a time", max_tokens: 40, seed: 1 }),
    });
    const { choices } = (await answer.json()) as { choices: { text: string }[] };
    expect(await runSnippet(snippet!)).toBe(`${choices[0]!.text}\n`);
  });
}

test("LangChain streams the text that it completes", async () => {
  const configuration = { baseURL: `${server.url}/v1` };
  const client = new OpenAI({ model: "tiny", apiKey: "none", modelKwargs: { seed: 1 }, configuration });
  let streamed = "";
  for await (const piece of await client.stream("It was")) streamed += piece;
  expect(streamed).toBe(await client.invoke("It was"));
});

test("the AI SDK's chat models are told what to use", async () => {
  const sdtt = createOpenAICompatible({ name: "sdtt", baseURL: `${server.url}/v1` });
  const asked = generateText({ model: sdtt("tiny"), prompt: "It was", maxRetries: 0 });
  await expect(asked).rejects.toThrow(/use POST \/v1\/completions/);
});
