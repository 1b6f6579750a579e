import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHubScene } from "../testing/hub-scene.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { writeSmallModel } from "../testing/small-model.ts";

interface TextRecord {
  readonly text: string;
  readonly tokens: number[];
  readonly passes: number;
  readonly seed: number;
}

describe.each(["gpt2", "ar"] as const)("sample with a model of the family %s", (family) => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeAll(async () => {
    folder = await temporaryDirectory();
    await writeSmallModel(folder.path, { family });
  });
  afterAll(() => folder[Symbol.asyncDispose]());
  const sample = (...args: string[]) => runCaptured(["sample", "-m", folder.path, ...args]);
  const records = async (...args: string[]) =>
    (await sample("--json", ...args)).stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as TextRecord);

  test("continues a prompt token by token, the same for the same seed, alone and with others", async () => {
    const shape = ["--prompt", "It was", "--seed", "4", "-t", "0.9", "--top-k", "100", "--top-p", "0.99"];
    const [first, second] = await records("-n", "2", ...shape);
    expect(first!.text).toMatch(/^It was/);
    expect(first!.tokens).toHaveLength(16);
    expect(first!.passes).toBe(16 - 6);
    expect(second!.tokens).not.toEqual(first!.tokens);
    expect((await records(...shape))[0]!.tokens).toEqual(first!.tokens);
    expect((await records("--prompt", "It was", "--seed", "5"))[0]!.tokens).not.toEqual(first!.tokens);
    const { stderr } = await sample(...shape);
    expect(stderr).toMatch(/16 tokens in \d+\.\d\d s, \d+ tokens\/s, 10 passes, seed 4/);
  });

  test("writes from nothing behind an end of text, and stops at the next", async () => {
    const texts = await records("-n", "80", "--seed", "1", "-l", "12");
    const end = 256;
    // Of 80 texts under a nearly uniform distribution over 257 tokens some end early.
    const early = texts.filter(({ tokens }) => tokens.includes(end, 1));
    expect(early.length).toBeGreaterThan(0);
    expect(early.length).toBeLessThan(80);
    for (const { tokens, text } of texts) {
      expect(tokens).toHaveLength(12);
      expect(tokens[0]).toBe(end);
      const place = tokens.indexOf(end, 1);
      if (place > 0) expect(tokens.slice(place).every((id) => id === end)).toBe(true);
      expect(text).not.toContain("endoftext");
    }
    expect(texts[0]!.passes).toBe(11);
    const endless = await records("-n", "80", "--seed", "1", "-l", "12", "--ignore-eos");
    const goingOn = ({ tokens }: TextRecord) => tokens.slice(tokens.indexOf(end, 1)).some((id) => id !== end);
    expect(endless.filter(({ tokens }) => tokens.includes(end, 1)).some(goingOn)).toBe(true);
  });

  test("takes the likeliest tokens at temperature 0, the same each time", async () => {
    const args = ["--prompt", "It was", "-t", "0"];
    const [first] = await records(...args);
    expect(first!.seed).toBe(0);
    expect(await records(...args)).toEqual([first]);
    expect((await records("--prompt", "It was", "--top-k", "1", "--seed", "9"))[0]!.tokens).toEqual(
      first!.tokens,
    );
  });

  test("shows the text on a terminal as it grows", async () => {
    const args = ["sample", "-m", folder.path, "--seed", "3", "-l", "8"];
    const { status, stderr } = await runCaptured(args, { terminal: true });
    expect(status).toBe(0);
    expect(stderr).toMatch(/step \d of 7 · \d of 8 tokens/);
  });

  test.each([
    [["--steps", "8"], /takes no --steps/],
    [["--sampler", "ancestral", "--order", "random", "--eos"], /takes no --sampler, --order, --eos\./],
    [["--precision", "gumbel32"], /takes no --precision/],
    [["--sampler", "entropy-bounded", "--gamma", "1"], /takes no --sampler, --gamma/],
  ])("%j makes no sense for it", async (args, message) => {
    const { status, stdout, stderr } = await sample(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trim()).not.toContain("\n");
  });

  test("is no model to fill in gaps", async () => {
    const { status, stderr } = await runCaptured(["infill", "a<mask>b", "-m", folder.path]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/is an autoregressive model; expected a diffusion model.*sdtt sample/);
  });
});

test("a GPT-2 has no positions past its length", async () => {
  await using folder = await temporaryDirectory();
  await writeSmallModel(folder.path, { family: "gpt2" });
  const { status, stderr } = await runCaptured(["sample", "-m", folder.path, "-l", "17", "--seed", "1"]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/has positions for texts of up to 16 tokens; got a length of 17/);
});

test("GPT-2 comes from the Hub by its name, writes, and judges what a diffusion model writes", async () => {
  await using scene = await openHubScene();
  const path = join(scene.folder, "gpt2");
  await mkdir(path);
  const files = await writeSmallModel(path, { family: "gpt2" });
  scene.hub.push("openai-community/gpt2-large", "main", { ...files, "rust_model.ot": "not wanted" });
  const written = await scene.run("sample", "-m", "gpt2-large", "--prompt", "It", "--seed", "2", "--json");
  expect(written.status).toBe(0);
  expect((JSON.parse(written.stdout) as TextRecord).text).toMatch(/^It/);
  const args = ["-m", scene.model.path, "--judge", "gpt2-large", "-n", "2", "--steps", "2", "--seed", "1"];
  const judged = await scene.run("eval", "samples", "--offline", ...args);
  expect(judged.stdout).toMatch(/^perplexity +\d+\.\d\d under gpt2-large$/m);
  const inspected = await scene.run("inspect", "gpt2-large", "--offline");
  expect(inspected.stdout).toMatch(/^family +GPT2$/m);
  expect(inspected.stdout).toMatch(/^vocabulary +257, no mask$/m);
  expect(inspected.stdout).toMatch(/^tokenizer +tokenizer\.json, 257 ids$/m);
  expect(scene.hub.requests.some(({ url }) => url.includes("rust_model"))).toBe(false);
});
