import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCaptured } from "../testing/run-captured.ts";
import { writeSmallModel } from "../testing/small-model.ts";

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
const inFolder = (name: string) => join(folder.path, name);

beforeAll(async () => {
  folder = await temporaryDirectory();
  await mkdir(inFolder("model"));
  await writeSmallModel(inFolder("model"));
  await writeFile(inFolder("text.txt"), "The quick brown fox jumps over the lazy dog. ".repeat(20));
  const config = {
    teacher: inFolder("model"),
    data: inFolder("text.txt"),
    validation: inFolder("text.txt"),
    validateEvery: 4,
    dataCache: inFolder("cache"),
    out: inFolder("run"),
    batchSize: 4,
    learningRate: 0.03,
    warmupSteps: 0,
    teacherSteps: 8,
    smallestSteps: 2,
    updatesPerRound: 4,
    sampleEvery: 8,
    sampleSteps: 2,
    threads: 1,
  };
  await writeFile(inFolder("config.json"), JSON.stringify(config));
});
afterAll(() => folder[Symbol.asyncDispose]());

describe("distill", () => {
  test("keeps a run: its settings, its metrics and models that sample", async () => {
    const { status, stdout, stderr } = await runCaptured(["distill", inFolder("config.json"), "--seed", "3"]);
    expect(stderr).toMatch(
      /batchSize +4 {2}\(file\)[\s\S]*seed +3 {2}\(flag\)[\s\S]*loss +kl-bwd {2}\(default\)/,
    );
    expect(stderr).toMatch(/update 8 of 8 · round 2 · loss [\d.e-]+ · .* tokens\/s · 0 s left/);
    expect(status).toBe(0);
    const checkpoint = stdout.trim();
    expect(checkpoint).toBe(join(inFolder("run"), "checkpoints", "step-00000008"));

    const saved = JSON.parse(await readFile(inFolder("run/config.json"), "utf8")) as object;
    expect(saved).toMatchObject({ seed: 3, batchSize: 4, loss: "kl-bwd" });
    const metrics = (await readFile(inFolder("run/metrics.jsonl"), "utf8")).trim().split("\n");
    const kinds = metrics.map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds.filter((kind) => kind === "update").length).toBe(8);
    for (const kind of ["validation", "sample", "round-end", "checkpoint"]) expect(kinds).toContain(kind);
    for (const model of [checkpoint, inFolder("run/rounds/round-1")]) {
      expect(await runCaptured(["sample", "--model", model, "-s", "2", "-l", "8"])).toMatchObject({
        status: 0,
      });
    }
  });

  test("a run, a checkpoint and a round sample with either of their sets of weights", async () => {
    const texts = async (model: string, ...flags: string[]) => {
      const sampling = ["-s", "2", "-l", "12", "--seed", "5", "--threads", "1"];
      const { status, stdout, stderr } = await runCaptured([
        "sample",
        "-m",
        inFolder(model),
        ...sampling,
        ...flags,
      ]);
      expect(status, stderr).toBe(0);
      return stdout;
    };
    const newest = "run/checkpoints/step-00000008";
    const [ema, raw] = [await texts("run", "--weights", "ema"), await texts("run", "--weights", "raw")];
    expect(raw).not.toBe(ema);
    expect(await texts("run")).toBe(ema);
    expect(await texts(`${newest}/model.safetensors`)).toBe(ema);
    expect(await texts(`${newest}/raw.safetensors`)).toBe(raw);
    expect(await texts("run/rounds/round-2", "--weights", "raw")).toBe(raw);

    await mkdir(inFolder("begun/checkpoints"), { recursive: true });
    const begun = await runCaptured(["sample", "-m", inFolder("begun")]);
    expect(begun.stderr).toMatch(/begun is a run that has kept no checkpoint yet/);
    const first = await runCaptured(["sample", "-m", inFolder("run/rounds/round-0"), "--weights", "ema"]);
    expect(first.stderr).toMatch(/holds one set of weights, no EMA/);
  });

  test("resumes from its own settings, and refuses others with the difference", async () => {
    const again = await runCaptured(["distill", inFolder("run/config.json")]);
    expect(again.stderr).toContain("Resuming from update 8");
    expect(again.status).toBe(0);
    const other = await runCaptured(["distill", inFolder("run/config.json"), "--batch-size", "2"]);
    expect(other.stderr).toContain("batchSize was 4, now 2");
    expect(other.status).toBe(2);
  });

  test("plans without leaving a trace", async () => {
    const { status, stdout } = await runCaptured([
      "distill",
      inFolder("config.json"),
      "--plan",
      "--out",
      inFolder("none"),
    ]);
    expect(stdout).toMatch(
      /parameters.*\nmemory +about .* are free\n +about .* with --recompute, .*\npasses +3 forward and 1 backward .*\ntime per update .* s, .*\nin all +\d+ s for 8 updates\n$/,
    );
    expect(status).toBe(0);
    await expect(readFile(inFolder("none/config.json"))).rejects.toThrow("ENOENT");
  });

  test("distils by another method, with what it says at a validation, and refuses the options of one to another", async () => {
    const course = ["--method", "idlm", "--updates", "2", "--validate-every", "1", "--validation-texts", "2"];
    const {
      teacherSteps: _,
      smallestSteps: __,
      updatesPerRound: ___,
      ...common
    } = JSON.parse(await readFile(inFolder("config.json"), "utf8")) as Record<string, unknown>;
    await writeFile(inFolder("common.json"), JSON.stringify(common));
    const out = ["--out", inFolder("idlm")];
    const { status, stderr } = await runCaptured(["distill", inFolder("common.json"), ...course, ...out]);
    expect(stderr).toMatch(/method +idlm {2}\(flag\)/);
    expect(stderr).not.toContain("teacherSteps");
    expect(stderr).toMatch(
      /update 2: held-out loss .* · distance to the teacher .* · entropy of its texts .* nats/,
    );
    expect(status).toBe(0);
    const again = await runCaptured(["distill", inFolder("idlm/config.json")]);
    expect(again.stderr).toContain("Resuming from update 2");
    expect(again.status).toBe(0);
    const sampled = await runCaptured(["sample", "--model", inFolder("idlm"), "-s", "2", "-l", "8"]);
    expect(sampled.status, sampled.stderr).toBe(0);

    const noisy = ["--noise-size", "3", "--out", inFolder("noisy")];
    const withNoise = await runCaptured(["distill", inFolder("common.json"), ...course, ...noisy]);
    expect(withNoise.status, withNoise.stderr).toBe(0);
    const inspected = await runCaptured(["inspect", inFolder("noisy/rounds/round-1")]);
    expect(inspected.stdout).toMatch(/noise input +3 numbers[\s\S]*noise_map\.weight +\[32, 3\]/);
    for (const dtype of ["float32", "int8"]) {
      const onnx = inFolder(`noisy-${dtype}.onnx`);
      const exported = await runCaptured(["convert", inFolder("noisy"), onnx, "--dtype", dtype]);
      expect(exported.status, exported.stderr).toBe(0);
      const stored = inFolder(`noisy-${dtype}`);
      const kept = await runCaptured(["convert", inFolder("noisy"), stored, "--dtype", dtype]);
      expect(kept.status, kept.stderr).toBe(0);
      const texts = await runCaptured(["sample", "--model", stored, "-s", "2", "-l", "8", "--dtype", dtype]);
      expect(texts.status, texts.stderr).toBe(0);
    }

    const jumping = [
      "--method",
      "consistency",
      "--updates",
      "2",
      "--validate-every",
      "1",
      "--max-jump",
      "0.5",
    ];
    const consistent = [...jumping, "--out", inFolder("consistency"), "--validation-texts", "2"];
    const other = await runCaptured(["distill", inFolder("common.json"), ...consistent]);
    expect(other.stderr).toMatch(/maxJump +0.5 {2}\(flag\)[\s\S]*dataWeight +1 {2}\(default\)/);
    expect(other.stderr).toMatch(/update 2: held-out loss .* · distance to the teacher .* · entropy of its/);
    expect(other.status).toBe(0);

    const planned = await runCaptured(["distill", inFolder("common.json"), ...course, ...out, "--plan"]);
    expect(planned.stdout).toMatch(/passes +5 forward and 2 backward for each text of an update/);

    const mixed = await runCaptured(["distill", inFolder("config.json"), "--method", "idlm"]);
    expect(mixed.stderr).toMatch(/The method is idlm, and .*teacherSteps is an option of sdtt.*: remove it/);
    expect(mixed.status).toBe(2);
    const foreign = await runCaptured(["distill", inFolder("common.json"), ...jumping, "--fake", "tiny"]);
    expect(foreign.stderr).toMatch(/The method is consistency, and fake is an option of idlm: remove it/);
    expect(foreign.status).toBe(2);
    const wide = await runCaptured(["distill", inFolder("common.json"), ...jumping, "--max-jump", "2"]);
    expect(wide.stderr).toMatch(/maxJump \(flag\): .*; got 2/);
    expect(wide.status).toBe(2);
  });

  test("says everything that is wrong with the settings at once", async () => {
    await writeFile(inFolder("wrong.json"), '{ "batchSzie": 4, "loss": "kdl", "seed": -1 }');
    const { status, stderr } = await runCaptured(["distill", inFolder("wrong.json"), "--clip-norm", "x"]);
    expect(status).toBe(2);
    expect(stderr).toContain('unknown key "batchSzie"; the nearest known one is "batchSize"');
    for (const name of ["loss (file)", "seed (file)", "clipNorm (flag)", "data is not given"]) {
      expect(stderr).toContain(name);
    }
  });
});

describe("train", () => {
  const course =
    "--updates 3 --warmup-steps 0 --learning-rate 0.01 --decay cosine --threads 1 --batch-size 4";
  const train = (out: string, ...flags: string[]) => {
    const files = ["--data", inFolder("text.txt"), "--data-cache", inFolder("cache"), "--out", inFolder(out)];
    return runCaptured(["train", ...course.split(" "), ...files, ...flags]);
  };

  test("makes a model from text, from which another resumes", async () => {
    const sizes =
      "--length 16 --hidden-size 16 --block-count 1 --head-count 2 --condition-size 8 --dropout 0.1";
    const tokenizer = ["--tokenizer", inFolder("model/tokenizer.json")];
    const { status, stdout, stderr } = await train("teacher", ...sizes.split(" "), ...tokenizer);
    expect(stderr).toMatch(/update 3 of 3 · loss/);
    expect(status).toBe(0);
    const sampled = await runCaptured(["sample", "--model", stdout.trim(), "-s", "2"]);
    expect(sampled).toMatchObject({ status: 0 });

    const further = await train("further", "--initial", inFolder("teacher"), "--recompute");
    expect(further.stderr).toMatch(/hiddenSize +16 {2}\(model\)[\s\S]*update 3 of 3 · loss/);
    expect(further.status).toBe(0);
  });

  test("refuses to start from a model of other sizes, and names both", async () => {
    const sizes = ["--initial", inFolder("model"), "--hidden-size", "16", "--tokenizer", "gpt2"];
    const { status, stderr } = await train("other", ...sizes);
    expect(stderr).toMatch(
      /differ: vocabSize is 50258 in the model to train and 258 in the one to start from; hiddenSize is 16 in .* and 32 in/,
    );
    expect(status).toBe(2);
  });
});
