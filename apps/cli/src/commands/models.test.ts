import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openHubScene } from "../testing/hub-scene.ts";
import { runCaptured } from "../testing/run-captured.ts";

const [repo, branch] = ["jdeschena/sdtt", "baselines_kld_step_70000"];

test("every named model is listed with its size", async () => {
  await using scene = await openHubScene();
  const { status, stdout } = await scene.run("models");
  expect(status).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^NAME +PARAMETERS +SIZE +CACHED +DESCRIPTION$/);
  expect(lines).toHaveLength(1 + 3 + 46 + 3 + 4);
  expect(stdout).toMatch(/^tiny +8.14 M +8.21 MB +yes /m);
  expect(stdout).toMatch(/^sdtt:kld\/7 +170 M +679 MB +no +student after round 7/m);
  expect(stdout).toMatch(/^sdtt:scaling\/large\/1 +863 M +3.45 GB +no /m);
  expect(stdout).toMatch(/^gpt2-xl +1.56 G +6.23 GB +no +GPT-2, autoregressive/m);
  expect(scene.hub.requests).toEqual([]);
});

test("a model is pulled, listed, sampled without a network, and removed", async () => {
  await using scene = await openHubScene();
  const { hub, run, model } = scene;
  hub.push(repo, branch, model.files);
  const name = "sdtt:kld/7";

  const pulled = await run("models", "pull", name);
  expect(pulled).toMatchObject({ status: 0, stdout: expect.stringContaining("snapshots") as string });
  expect((await readdir(pulled.stdout.trim())).toSorted()).toEqual(Object.keys(model.files).toSorted());
  expect(pulled.stderr).toMatch(/^model.safetensors: \d+ kB$/m);
  expect(pulled.stderr).toMatch(/sdtt:kld\/7 is ready: SDTT, [\d.]+ k parameters/);

  const listed = await run("models", "--cached", "--json");
  expect((JSON.parse(listed.stdout) as { name: string }[]).map((entry) => entry.name)).toEqual([
    "tiny",
    "tiny:teacher",
    "tiny:judge",
    name,
  ]);

  const before = hub.requests.length;
  const sampled = await run("sample", "-m", name, "--offline", "--steps", "2", "--seed", "1", "--json");
  expect(sampled.status).toBe(0);
  expect((JSON.parse(sampled.stdout) as { tokens: number[] }).tokens).toHaveLength(16);
  expect((await run("models", "pull", name, "--offline")).stdout).toBe(pulled.stdout);
  expect(hub.requests).toHaveLength(before);

  const removed = await run("models", "rm", name);
  expect(removed.stdout).toMatch(/^sdtt:kld\/7 is removed, [\d.]+ kB are free again\.\n$/);
  expect(await run("models", "rm", name)).toMatchObject({ status: 1, stdout: "" });
  const gone = await run("sample", "-m", name, "--offline");
  expect(gone).toMatchObject({ status: 1, stderr: expect.stringMatching(/not in the cache/) as string });
});

test("sampling downloads what it needs, with bars on a terminal", async () => {
  await using scene = await openHubScene();
  scene.hub.push("org/model", "main", scene.model.files);
  const args = ["sample", "-m", "hf:org/model", "--steps", "1", "--no-live", "--seed", "1"];
  const { status, stderr } = await runCaptured(args, { env: scene.env, terminal: true });
  expect(status).toBe(0);
  expect(stderr).toMatch(/model\.safetensors {2}█{20} {2}\d+ kB/);
});

test("a server that fails is asked again, and that is said", async () => {
  await using scene = await openHubScene();
  scene.hub.push("org/model", "main", scene.model.files);
  scene.hub.inject({ on: /resolve.*model\.safetensors/, effect: { kind: "status", status: 503 } });
  const { status, stderr } = await scene.run("models", "pull", "org/model");
  expect(status).toBe(0);
  expect(stderr).toMatch(/503.* Trying again in [\d.]+ s\./);
});

test("what cannot be had is refused in one line that says what to do", async () => {
  await using scene = await openHubScene();
  const { hub, model, folder } = scene;
  hub.push("org/model", "main", model.files);
  hub.push("org/empty", "main", { "README.md": "nothing here" });
  hub.createModel("org/gated", { gated: true });
  hub.push("org/gated", "main", model.files);
  hub.push("org/bert", "main", { "model.safetensors": foreignModel() });
  const file = join(folder, "file");
  await writeFile(file, "");

  const cases: [args: string[], status: number, message: RegExp, env?: Record<string, string>][] = [
    [["pull", "sdtt:kdl/7"], 2, /kld, mse, tvd/],
    [["pull", "sdtt:kld/8"], 2, /1, 2, 3, 4, 5, 6, 7/],
    [["pull", "sdtt:scaling/xl/1"], 2, /sm, md, large/],
    [["pull", "tiny"], 2, /comes with this software/],
    [["pull", "./folder"], 2, /is a path/],
    [["rm", "tiny"], 2, /comes with this software/],
    [["pull"], 2, /missing required argument/],
    [["pull", "org/nothing"], 1, /no model org\/nothing/],
    [["pull", "org/model@nowhere"], 1, /no revision "nowhere"/],
    [["pull", "org/empty"], 1, /org\/empty@main has none of the wanted files\. It has README\.md/],
    [["pull", "org/gated"], 1, /gated.*HF_TOKEN/],
    [["pull", "org/gated"], 1, /does not accept HF_TOKEN/, { HF_TOKEN: "hf_unknown" }],
    [["pull", "org/gated"], 2, /token in HF_TOKEN holds a space/, { HF_TOKEN: "a secret" }],
    [["pull", "org/gated"], 0, /ready/, { HF_TOKEN: "hf_member" }],
    // What is cached needs no login.
    [["pull", "org/gated"], 0, /ready/],
    [["pull", "org/gated"], 0, /ready/, { HF_TOKEN: "a secret" }],
    [["pull", "org/gated", "--offline"], 0, /ready/, { HF_TOKEN: "a secret", HF_ENDPOINT: "nonsense" }],
    [["pull", "org/bert"], 1, /looks like a BERT/],
    [["pull", "org/model"], 1, /Cannot .*file.*HF_HUB_CACHE/, { HF_HUB_CACHE: join(file, "cache") }],
    [["pull", "org/model"], 2, /HF_ENDPOINT/, { HF_ENDPOINT: "nonsense" }],
  ];
  for (const [args, status, message, env] of cases) {
    const result = await runCaptured(["models", ...args], { env: { ...scene.env, ...env } });
    expect([args, result.status]).toEqual([args, status]);
    expect(result.stderr.trimEnd().split("\n").at(-1)).toMatch(message);
    expect(result.stderr).not.toMatch(/\n\s+at |secret/);
  }
});

/** The header of a BERT and a tensor of one number. */
function foreignModel(): Uint8Array {
  const json = JSON.stringify({
    "encoder.layer.0.attention.self.query.weight": { dtype: "F32", shape: [1], data_offsets: [0, 4] },
  });
  const file = Buffer.alloc(8 + json.length + 4);
  file.writeBigUInt64LE(BigInt(json.length));
  file.write(json, 8);
  return file;
}
