import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { runCaptured } from "../../testing/run-captured.ts";
import { writeSmallModel } from "../../testing/small-model.ts";

test("the bound of a model that knows nothing is near log of its tokens, and its seed repeats it", async () => {
  await using folder = await temporaryDirectory();
  await writeSmallModel(folder.path);
  const data = join(folder.path, "text.txt");
  await writeFile(data, "It was the best of times, it was the worst of times. ".repeat(20));
  const cache = ["--data-cache", join(folder.path, "cache")];
  const args = ["eval", "nelbo", "--model", folder.path, "--data", data, "--draws", "4", ...cache];
  const { status, stdout } = await runCaptured([...args, "--json"]);
  expect(status).toBe(0);
  const found = JSON.parse(stdout) as Record<string, number>;
  expect(found).toMatchObject({ bound: true, length: 16, draws: 4, seed: 0, tokens: found["texts"]! * 16 });
  expect(Math.abs(found["nats"]! - Math.log(257))).toBeLessThan(0.5);
  expect(found["standardError"]).toBeLessThan(0.5);
  const again = await runCaptured([...args, "--texts", "5"]);
  expect(again.stdout).toMatch(/^perplexity +at most \d+\.\d\d$/m);
  expect(again.stdout).toMatch(/^texts +5 of 16 tokens, 4 noise levels each$/m);
  expect((await runCaptured([...args, "--json"])).stdout).toBe(stdout);
});

test("texts are measured together with how they were sampled", async () => {
  await using folder = await temporaryDirectory();
  await writeSmallModel(folder.path);
  const args = ["eval", "samples", "--model", folder.path, "-n", "3", "--steps", "4", "--seed", "1"];
  const { status, stdout } = await runCaptured(args);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^entropy +\d\.\d+ nats per token$/m);
  expect(stdout).toMatch(/^sampling +4 steps, \d passes, exact draws, seed 1$/m);
  const adaptive = [
    "eval",
    "samples",
    "--model",
    folder.path,
    "--sampler",
    "entropy-bounded",
    "--gamma",
    "20",
  ];
  expect((await runCaptured([...adaptive, "--seed", "1"])).stdout).toMatch(
    /^sampling +\d+ passes, exact draws, seed 1$/m,
  );
});

test("an autoregressive model is measured exactly, and judges what others write", async () => {
  await using folder = await temporaryDirectory();
  const [model, judge] = [join(folder.path, "model"), join(folder.path, "judge")];
  await mkdir(model);
  await mkdir(judge);
  await writeSmallModel(model);
  await writeSmallModel(judge, { family: "ar" });
  const data = join(folder.path, "text.txt");
  await writeFile(data, "It was the best of times, it was the worst of times. ".repeat(20));
  const cache = ["--data-cache", join(folder.path, "cache")];
  const nelbo = ["eval", "nelbo", "--model", judge, "--data", data, "--texts", "6", ...cache];
  const { stdout } = await runCaptured([...nelbo, "--json"]);
  const found = JSON.parse(stdout) as Record<string, number>;
  expect(found).toMatchObject({ bound: false, texts: 6, length: 16, tokens: 6 * 15 });
  expect(found["perplexity"]).toBeCloseTo(Math.exp(found["nats"]!), 8);
  expect(Math.abs(found["nats"]! - Math.log(257))).toBeLessThan(0.5);
  expect((await runCaptured(nelbo)).stdout).toMatch(/^perplexity +\d+\.\d\d$/m);

  const samples = ["eval", "samples", "--model", model, "-n", "3", "--steps", "4", "--seed", "1"];
  const judged = await runCaptured([...samples, "--judge", judge]);
  expect(judged.stdout).toMatch(/^perplexity +\d+\.\d\d under .*judge$/m);
  expect(judged.stdout).toMatch(/^protocol +ids as they are; first token not scored/m);
  expect(judged.stdout).toContain((await runCaptured(samples)).stdout);
  const reversed = await runCaptured([...samples, "--judge", model]);
  expect(reversed).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("expected an autoregressive"),
  });
});

test("metrics are chosen by name, each with its protocol, and compared with a reference", async () => {
  await using folder = await temporaryDirectory();
  const [model, judge] = [join(folder.path, "model"), join(folder.path, "judge")];
  await mkdir(model);
  await mkdir(judge);
  await writeSmallModel(model);
  // Another vocabulary, with three tokens besides the bytes.
  await writeSmallModel(judge, { family: "gpt2", merges: 3 });
  const reference = join(folder.path, "people.txt");
  await writeFile(reference, "It was the best of times, it was the worst of times. ".repeat(9));
  const args = ["eval", "samples", "--model", model, "-n", "20", "--steps", "2", "--seed", "1"];
  const compared = [...args, "--judge", judge, "--reference", reference];
  const cache = ["--data-cache", join(folder.path, "cache")];
  const names = "perplexity,mauve,gradient-moment,rep-2,self-bleu";
  const refused = await runCaptured([...compared, ...cache, "--metrics", names]);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toMatch(
    /cannot read the ids of .*model as they are: .* 260 tokens.* protocol "text"/,
  );

  const all = [...compared, ...cache, "--metrics", names, "--protocol", "text"];
  const { stdout } = await runCaptured(all);
  expect(stdout).toMatch(/^perplexity +\d+\.\d\d under .*judge\nprotocol +decoded and encoded again/m);
  expect(stdout).toMatch(/^mauve +\d\.\d{4}, standard deviation .* over 5 seeds, 2 clusters\nprotocol /m);
  expect(stdout).toMatch(/^gradient-moment +-?\d\S*\nprotocol .*product of two halves$/m);
  expect(stdout).toMatch(/^rep-2 +0\.\d{4}\nprotocol +share of 2-grams/m);
  expect(stdout).toMatch(/^self-bleu +0\.\d{4}\nprotocol +BLEU-4/m);
  expect(stdout).toMatch(/^reference +20 of 16 tokens$/m);

  // Nine documents that are longer than a block begin nine blocks; joined they fill twenty and more.
  const documents = join(folder.path, "people.jsonl");
  const text = "It was the best of times, it was the worst of times.";
  await writeFile(documents, `${JSON.stringify({ text })}\n`.repeat(9));
  const packed = (packing: string) =>
    runCaptured([
      ...args,
      ...cache,
      "--judge",
      judge,
      "--protocol",
      "text",
      "--metrics",
      "mauve",
      "--reference",
      documents,
      "--packing",
      packing,
    ]);
  expect(await packed("joined")).toMatchObject({ status: 0 });
  expect(await packed("documents")).toMatchObject({ status: 2, stderr: expect.stringMatching(/20.*\b9\b/) });
});

test("what a metric lacks is said before anything is written", async () => {
  const samples = ["eval", "samples", "--metrics"];
  const cases: [args: string[], message: RegExp][] = [
    [["bleu"], /no metric "bleu": take some of perplexity, mauve, gradient-moment, self-bleu, rep-N/],
    [["rep-0"], /no metric "rep-0"/],
    [["perplexity"], /perplexity needs a judge: name one with --judge/],
    [["mauve", "--judge", "gpt2", "-n", "64"], /mauve compares with texts of people: .* --reference/],
    [
      ["mauve", "--judge", "gpt2", "--reference", "people.txt", "-n", "19"],
      /MAUVE needs at least 20 texts in each set, for two clusters of ten; got 19 in the samples/,
    ],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = await runCaptured([...samples, ...args]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  }
});

test("LAMBADA: accuracy and the perplexity of words, of both families and both ends", async () => {
  await using folder = await temporaryDirectory();
  const [model, judge] = [join(folder.path, "model"), join(folder.path, "judge")];
  await mkdir(model);
  await mkdir(judge);
  await writeSmallModel(model);
  await writeSmallModel(judge, { family: "gpt2" });
  const data = join(folder.path, "lambada.jsonl");
  const passages = ["It was the best of times", "It was the worst of all", "There is no end"];
  await writeFile(data, passages.map((text) => JSON.stringify({ text })).join("\n"));
  const run = async (...args: string[]) =>
    runCaptured(["eval", "lambada", "--data", data, "--draws", "4", ...args]);
  const { stdout } = await run("--model", model, "--json");
  const found = JSON.parse(stdout) as Record<string, number>;
  expect(found).toMatchObject({ passages: 3, protocol: expect.stringContaining("visible end-of-text") });
  // Words of 6, 4 and 4 bytes with their space, each of 257 that are all alike.
  expect(found["nats"]).toBeGreaterThan(10);
  expect((await run("--model", model, "--json")).stdout).toBe(stdout);
  const masked = await run("--model", model, "--end", "masked", "--passages", "2");
  expect(masked.stdout).toMatch(/^accuracy +\d+\.\d\d %\nperplexity +\d+\.\d\d of a word$/m);
  expect(masked.stdout).toMatch(/^protocol .*after it masks, 16 from the word on/m);
  expect(masked.stdout).toMatch(/^passages +2$/m);
  const causal = await run("--model", judge);
  expect(causal.stdout).toMatch(/^protocol .*perplexity of words, exact$/m);
  await writeFile(data, `${JSON.stringify({ text: "word" })}\n`);
  expect((await run("--model", model)).stderr).toMatch(/Passage 0 is "word": expected words with a space/);
});

test("data that is missing or not there is said so", async () => {
  expect(await runCaptured(["eval", "nelbo"])).toMatchObject({ status: 2, stdout: "" });
  const missing = await runCaptured(["eval", "nelbo", "--data", "./nowhere.txt"]);
  expect(missing).toMatchObject({ status: 1, stdout: "" });
  expect(missing.stderr).toMatch(/nothing at .*nowhere\.txt/);
});

test("the text may be in another field of JSONL, and there must be some", async () => {
  await using folder = await temporaryDirectory();
  await writeSmallModel(folder.path);
  const data = join(folder.path, "text.jsonl");
  await writeFile(data, `${JSON.stringify({ story: "It was the best of times. ".repeat(9) })}\n`);
  const cache = ["--data-cache", join(folder.path, "cache")];
  const args = ["eval", "nelbo", "--model", folder.path, "--data", data, ...cache];
  expect((await runCaptured(args)).stderr).toMatch(/got an object with the fields "story"/);
  expect((await runCaptured([...args, "--field", "story"])).stdout).toMatch(/^perplexity/);
  await writeFile(data, "\n");
  expect((await runCaptured(args)).stderr).toMatch(/The data holds no text/);
});
