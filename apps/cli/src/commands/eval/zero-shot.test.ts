import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { fixturePath } from "@sdtt/testing";
import { expect, test } from "vitest";
import { openHubScene } from "../../testing/hub-scene.ts";

const sentence = "It was the best of times , it was the worst of times . ";
const lines = (field: string): string =>
  Array.from({ length: 9 }, (_, i) => `${JSON.stringify({ [field]: `${sentence.repeat(2)}${i}` })}\n`).join(
    "",
  );

test("the sets are planned, measured, and kept for the next time", async () => {
  await using scene = await openHubScene();
  const { hub, model, folder, run } = scene;
  hub.push("datasets/fancyzhx/ag_news", "main", {
    "data/train-00000-of-00001.jsonl": lines("text"),
    "data/test-00000-of-00001.jsonl": lines("text"),
  });
  hub.push("datasets/ptb-text-only/ptb_text_only", "main", { "ptb_text_only.py": "import datasets" });
  hub.push("datasets/ptb-text-only/ptb_text_only", "refs/convert/parquet", {
    "penn_treebank/train/0000.parquet": "",
    "penn_treebank/validation/0000.parquet": await readFile(fixturePath("parquet/snappy.parquet")),
  });
  const sets = ["eval", "zero-shot", "--sets", "ag_news", "ptb"];
  const plan = await run(...sets, "--plan");
  expect(plan).toMatchObject({ status: 0, stderr: "" });
  expect(plan.stdout).toMatch(
    /^PTB +hf:ptb-text-only\/ptb_text_only:validation +refs\/convert\/parquet +1 +12\.8 kB +12\.8 kB$/m,
  );
  expect(plan.stdout).toMatch(/^AG News +hf:fancyzhx\/ag_news:test +main +1 .*\n\nTo download: 2 files, /m);

  const own = ["--model", model.path, "--data-cache", join(folder, "blocks"), "--out", join(folder, "out")];
  const args = ["eval", "zero-shot", "--sets", "ag_news", ...own, "--texts", "5"];
  const first = await run(...args);
  expect(first.stdout).toMatch(/^SET +PERPLEXITY .*\nAG News +<= \d+\.\d\d +\d\.\d{4} +\d\.\d{4} +5 +\d+$/m);
  const requests = hub.requests.length;
  const second = await run(...args, "--offline");
  expect(second.stdout).toBe(first.stdout);
  expect(hub.requests.length).toBe(requests);
  expect((await readFile(join(folder, "out", "zero-shot.jsonl"), "utf8")).trim().split("\n")).toHaveLength(1);

  const noColumn = await run("eval", "zero-shot", "--sets", "ptb", ...own);
  expect(noColumn).toMatchObject({ status: 1, stdout: "" });
  expect(noColumn.stderr).toMatch(/has no column "sentence"; it has "id", "text", "words", "missing"/);
});

test("a dataset of the Hub, Parquet and zstd are data of every command", async () => {
  await using scene = await openHubScene();
  const { hub, model, folder, run } = scene;
  const parquet = await readFile(fixturePath("parquet/zstd-pages-v2.parquet"));
  hub.push("datasets/org/data", "main", { "data/train-00000-of-00001.parquet": parquet });
  const local = join(folder, "texts.parquet");
  await writeFile(local, parquet);
  const packed = join(folder, "texts.jsonl.zst");
  await writeFile(packed, zstdCompressSync(lines("text")));
  const cache = ["--data-cache", join(folder, "blocks")];
  const nelbo = (data: string, ...more: string[]) =>
    run("eval", "nelbo", "--model", model.path, "--data", data, "--texts", "4", ...cache, ...more);

  const remote = await nelbo("hf:org/data");
  expect(remote).toMatchObject({ status: 0 });
  expect((await nelbo(local)).stdout).toBe(remote.stdout);
  expect((await nelbo("hf:org/data:train[:10]")).stdout).toMatch(/^perplexity/);
  expect((await nelbo(packed, "--detokenizer", "lm1b")).stdout).toMatch(/^perplexity/);
  const split = await nelbo("hf:org/data:test");
  expect(split).toMatchObject({ status: 2, stdout: "" });
  expect(split.stderr).toMatch(/org\/data has no split "test"; it has train\. Write hf:org\/data:train/);

  const tokenizer = await run(
    "train-tokenizer",
    join(folder, "t.json"),
    "--data",
    "hf:org/data",
    "--vocab-size",
    "270",
  );
  expect(tokenizer).toMatchObject({ status: 0 });
  const out = [
    "--out",
    join(folder, "run"),
    "--updates",
    "1",
    "--batch-size",
    "1",
    "--length",
    "16",
    ...cache,
  ];
  const sizes = ["--hidden-size", "16", "--block-count", "1", "--head-count", "1", "--condition-size", "8"];
  const train = await run(
    "train",
    "--data",
    "hf:org/data",
    "--validation",
    local,
    "--tokenizer",
    join(folder, "t.json"),
    ...out,
    ...sizes,
  );
  expect(train.stderr).toMatch(/update 1 of 1/);
});

test("text that is not for the tokenizer is warned of in one line", async () => {
  await using scene = await openHubScene();
  const { model, folder, run } = scene;
  const data = join(folder, "page.txt");
  await writeFile(data, "人人生而自由,在尊严和权利上一律平等。".repeat(200));
  const { status, stderr } = await run(
    "eval",
    "nelbo",
    "--model",
    model.path,
    "--data",
    data,
    "--texts",
    "2",
    "--data-cache",
    join(folder, "blocks"),
  );
  expect(status).toBe(0);
  expect(
    stderr.match(
      /^warning: .*page\.txt has 0\.\d characters a token, less than half of the tokenizer's mean of 1\.\d: .*$/gm,
    ),
  ).toHaveLength(1);
});
