import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { csvParse } from "d3-dsv";
import { expect, test } from "vitest";
import { openEvaluationScene } from "../../testing/evaluation-scene.ts";
import { runCaptured } from "../../testing/run-captured.ts";

/** Two families that share a student: one swept over temperatures, one at a single one. */
async function openScene() {
  const scene = await openEvaluationScene();
  const { folder, teacher, student, judge, out } = scene;
  const other = await scene.write("other", { family: "ar", seed: 4 });
  const path = join(folder, "benchmark.json");
  const config = {
    texts: 3,
    steps: [1, 4],
    temperatures: [0.5, 1],
    families: [
      { name: "First <one>", judge, models: { teacher, student }, precisions: ["exact", "gumbel32"] },
      { name: "Second", judge: other, models: { student }, temperatures: [1] },
    ],
  };
  const save = (changes: object = {}) => writeFile(path, JSON.stringify({ ...config, ...changes }));
  await save();
  return { ...scene, path, config, save, args: ["eval", "benchmark", path, "--out", out] };
}

test("a benchmark that is interrupted resumes cell by cell, into one page and one table", async () => {
  await using scene = await openScene();
  const interrupt = new AbortController();
  const onStderr = (text: string) => text.startsWith("5 of 14") && interrupt.abort();
  const stopped = await runCaptured(scene.args, { signal: interrupt.signal, onStderr });
  expect(stopped).toMatchObject({ status: 130, stdout: "" });
  const kept = (await readFile(scene.results, "utf8")).trimEnd().split("\n");
  // The judge, three baselines and five cells.
  expect(kept).toHaveLength(9);
  const resumed = await runCaptured(scene.args);
  expect(resumed).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/^5 of 14 measurements are already done\./),
  });
  const lines = (await readFile(scene.results, "utf8")).trimEnd().split("\n");
  expect(lines.slice(0, 9)).toEqual(kept);
  expect(lines).toHaveLength(14 + 2 * 4);

  const { families } = JSON.parse(await readFile(join(scene.out, "benchmark.json"), "utf8"));
  expect(families.map(({ name }: { name: string }) => name)).toEqual(["First <one>", "Second"]);
  const table = csvParse(await readFile(join(scene.out, "benchmark.csv"), "utf8"));
  expect(table).toHaveLength(12 + 4 + 2 + 4);
  expect(new Set(table.map(({ family }) => family))).toEqual(new Set(["First <one>", "Second"]));
  expect(table.filter(({ claim }) => claim !== "")).toHaveLength(6);

  const page = await readFile(join(scene.out, "index.html"), "utf8");
  expect(page).not.toMatch(/<script|<link|src=|NaN|undefined|<one>/);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, label] of page.matchAll(/aria-labelledby="([^" ]+)/g)) expect(ids).toContain(label);
  const drawn = (await readdir(scene.out)).filter((name) => name.endsWith(".svg"));
  expect(drawn).toHaveLength(4 * 3);
  expect(page.match(/<svg /g)).toHaveLength(drawn.length);
});

test("a report is the benchmark of one family: the same measurements, which are not made twice", async () => {
  await using scene = await openScene();
  const { teacher, student, judge, out, config } = scene;
  await scene.save({ families: [{ ...config.families[0]!, precisions: ["exact"] }] });
  expect((await runCaptured(scene.args)).status).toBe(0);
  const models = ["--model", `teacher=${teacher}`, `student=${student}`, "--judge", judge];
  const sweep = ["--texts", "3", "--steps", "1,4", "--temperatures", "0.5,1"];
  const { stderr } = await runCaptured(["eval", "report", ...models, ...sweep, "--out", out]);
  expect(stderr).toMatch(/^8 of 8 measurements are already done/);
  const { families } = JSON.parse(await readFile(join(out, "benchmark.json"), "utf8"));
  const report = JSON.parse(await readFile(join(out, "report.json"), "utf8"));
  expect(families[0].report.rows.slice(0, -4)).toEqual(report.rows.slice(0, -4));
});

test("a family has the orders that it names, and another those of the file", async () => {
  await using scene = await openScene();
  const [first, second] = scene.config.families;
  await scene.save({
    orders: ["spread"],
    temperatures: [1],
    families: [{ ...first, orders: ["random", "spread"] }, second],
  });
  const { status, stdout, stderr } = await runCaptured(scene.args);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(stdout).toMatch(/^student +exact +4 +1 +spread /m);
  const table = csvParse(await readFile(join(scene.out, "benchmark.csv"), "utf8"));
  const drawn = table.filter(({ kind }) => kind === "diffusion");
  const cells = drawn.map(({ family, model, precision, order }) => [family, model, precision, order].join());
  // Two numbers of steps each. The published sampler has one order.
  const ofFirst = ["exact,random", "exact,spread", "gumbel32,random"];
  expect(cells).toEqual(
    [
      ...["teacher", "student"].flatMap((model) => ofFirst.map((way) => `First <one>,${model},${way}`)),
      "Second,student,exact,spread",
    ].flatMap((cell) => [cell, cell]),
  );
  // The student in spread order beside its teacher in the same and in the published order; the teacher beside itself.
  const at = (model: string, order: string) =>
    drawn.find((line) => line["model"] === model && line["order"] === order && line["steps"] === "1")!;
  const claims = (line: ReturnType<typeof at>) => [line["claim"] !== "", line["claim_random_order"] !== ""];
  expect(claims(at("student", "spread"))).toEqual([true, true]);
  expect(claims(at("teacher", "spread"))).toEqual([false, true]);
  expect(claims(at("teacher", "random"))).toEqual([false, false]);
  expect((await runCaptured([...scene.args, "--plan"])).stdout).toMatch(/^student +6 +0 /m);
});

test("a plan counts cells, time, downloads and memory, and downloads nothing", async () => {
  await using scene = await openScene();
  const { judge, student } = scene;
  const published = { name: "Published", judge: "gpt2-large", models: { kld: "sdtt:kld/7", far: "org/far" } };
  await scene.save({ families: [{ name: "Here", judge, models: { student } }, published] });
  const { status, stdout } = await runCaptured([...scene.args, "--plan"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^student +0 +4 +\d+ s$/m);
  expect(stdout).toMatch(/^kld +0 +4 +~ \S+ \S+ +679 MB$/m);
  expect(stdout).toMatch(/^far +0 +4 +not known +not known$/m);
  expect(stdout).toMatch(/^time +about .* for 12 measurements, and 1 model of unknown size$/m);
  expect(stdout).toMatch(/^download +3\.\d+ GB, and 1 model of unknown size$/m);
  expect(stdout).toMatch(/^memory +about 3\.\d+ GB/m);
  await expect(readdir(scene.out)).rejects.toThrow(/ENOENT/);
});

test("what is wrong with a config is said in one line", async () => {
  await using scene = await openScene();
  const [first] = scene.config.families;
  const refused = async (changes: object) => {
    await scene.save(changes);
    const { status, stdout, stderr } = await runCaptured(scene.args);
    expect({ stdout, failed: status > 0, lines: stderr.trimEnd().split("\n").length }).toEqual({
      stdout: "",
      failed: true,
      lines: 1,
    });
    return stderr;
  };
  expect(await refused({ texts: 0 })).toMatch(/benchmark\.json is not a benchmark at texts: /);
  expect(await refused({ orders: ["random", "left"] })).toMatch(
    /at orders\.1: .*"random"\|"spread"\|"confidence"/,
  );
  expect(await refused({ orders: ["spread", "spread"] })).toMatch(/each once; got spread, spread/);
  expect(await refused({ families: [{ ...first, orders: [] }] })).toMatch(/at families\.0\.orders: /);
  expect(await refused({ families: [] })).toMatch(/at families: /);
  expect(await refused({ families: [{ ...first, model: "x" }] })).toMatch(/at families\.0: .*"model"/);
  expect(await refused({ families: [first, first] })).toMatch(/two families called First <one>/);
  expect(await refused({ families: [{ ...first, teacher: "x" }] })).toMatch(/x is not one of the models/);
  expect(await refused({ steps: [4, 1] })).toMatch(/ascend from 1; got 4, 1/);
  await writeFile(scene.path, "{");
  expect((await runCaptured(scene.args)).stderr).toMatch(/benchmark\.json is not valid JSON/);
  expect((await runCaptured(["eval", "benchmark", "./nowhere.json"])).stderr).toMatch(/no config file/);
});
