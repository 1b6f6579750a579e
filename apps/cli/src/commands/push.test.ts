import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fixturePath } from "@sdtt/testing";
import { expect, test } from "vitest";
import { openHubScene } from "../testing/hub-scene.ts";
import { runCaptured } from "../testing/run-captured.ts";

const repo = "org/new";

async function openPushScene() {
  const scene = await openHubScene();
  const env = { ...scene.env, HF_TOKEN: "hf_writer" };
  return {
    ...scene,
    env,
    push: (...args: string[]) => runCaptured(["push", ...args], { env }),
    card: (branch: string) => String(scene.hub.files(repo, branch).get("README.md")),
  };
}

test("a converted model is pushed to a branch with a card, and can be pulled again", async () => {
  await using scene = await openPushScene();
  const made = join(scene.folder, "made");
  await scene.run("convert", scene.model.path, made, "--dtype", "float16");
  await scene.run("convert", made, join(made, "model.onnx"));
  await writeFile(join(made, "optimizer.bin"), "not part of the model");

  const { status, stdout, stderr } = await scene.push(made, repo, "--branch", "half", "--license", "mit");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^http:\S+\n$/);
  expect(stderr).toMatch(/^model\.safetensors: [\d.]+ kB$/m);
  expect(stderr).toContain(`Try it: sdtt sample --model hf:${repo}@half`);
  expect([...scene.hub.files(repo, "half").keys()].toSorted()).toEqual([
    "README.md",
    "config.json",
    "model.onnx",
    "model.safetensors",
    "tokenizer.json",
  ]);
  expect(scene.card("half")).toContain(`converted and not trained further`);
  expect(scene.card("half")).toMatch(/^license: "mit"$/m);
  expect(scene.card("half")).toMatch(/\| dtype \| float16 \|/);

  const sampled = await scene.run("sample", "-m", `hf:${repo}@half`, "--steps", "2", "--seed", "1");
  expect(sampled.status).toBe(0);
});

test("the card says what the person says, or what its owner wrote", async () => {
  await using scene = await openPushScene();
  const { path } = scene.model;
  const said = ["--teacher", "mdlm", "--data", "OpenWebText", "--weights", "ema"];
  expect((await scene.push(path, repo, "--branch", "distilled", ...said)).status).toBe(0);
  expect(scene.card("distilled")).toContain(
    "exponential moving averages of the weights of a student that was distilled from `mdlm` on OpenWebText.",
  );
  expect((await scene.push(path, repo, "--branch", "trained", "--data", "tales")).status).toBe(0);
  expect(scene.card("trained")).toContain("These are the weights after training from scratch on tales.");

  await writeFile(join(path, "README.md"), "# Mine\n");
  expect((await scene.push(path, repo, "--private")).status).toBe(0);
  expect(scene.card("main")).toBe("# Mine\n");
});

test("what cannot be pushed is refused before anything is sent", async () => {
  await using scene = await openPushScene();
  const { path } = scene.model;
  const cases: [args: string[], status: number, message: RegExp, env?: Record<string, string>][] = [
    [[path, repo], 2, /It is not known how this model was made: give --data/],
    [[path, repo, "--teacher", "mdlm"], 2, /--teacher needs --data/],
    [[path, repo, "--data", "tales", "--method", "idlm"], 2, /--method needs --teacher/],
    [[path, repo, "--source", "x", "--data", "y"], 2, /cannot be used with/],
    [[path, "alone", "--data", "tales"], 2, /names no owner/],
    [[path, repo, "--data", "tales", "--branch", "a b"], 2, /not the name of a revision/],
    [[path, repo, "--data", "tales"], 1, /needs a token.*HF_TOKEN/, { HF_TOKEN: "" }],
    [[join(scene.folder, "nothing"), repo, "--data", "tales"], 1, /nothing is not there/],
    [[scene.folder, repo, "--data", "tales"], 1, /holds no model/],
    [[fixturePath("lightning.ckpt"), repo], 1, /is a file: make a folder of it with sdtt convert/],
  ];
  const named = join(scene.folder, "named");
  await scene.run("convert", path, named);
  await writeFile(join(named, "README.md"), "Trained on [prose](/home/ada/prose.txt).\n");
  cases.push([[named, repo], 2, /README\.md names a path of this machine.*: \/home\/ada\/prose\.txt\./]);
  for (const [args, status, message, env] of cases) {
    const result = await runCaptured(["push", ...args], { env: { ...scene.env, ...env } });
    expect(result.stderr).toMatch(message);
    expect([args, result.status]).toEqual([args, status]);
  }
  expect(scene.hub.requests).toEqual([]);

  const reader = { env: { ...scene.env, HF_TOKEN: "hf_reader" } };
  const forbidden = await runCaptured(["push", path, repo, "--data", "tales"], reader);
  expect(forbidden).toMatchObject({ status: 1, stderr: expect.stringMatching(/forbids this/) as string });
});
