import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { csvParse } from "d3-dsv";
import { expect, test } from "vitest";
import { runCaptured } from "../../testing/run-captured.ts";
import { writeSmallModel } from "../../testing/small-model.ts";
import type { SmallModelOptions } from "../../testing/small-model.ts";

const steps = [1, 2, 4];

/** A teacher, a student and a judge, and a report on them to be. */
async function openScene() {
  const folder = await temporaryDirectory();
  const write = async (name: string, options: SmallModelOptions) => {
    await mkdir(join(folder.path, name));
    await writeSmallModel(join(folder.path, name), options);
    return join(folder.path, name);
  };
  const teacher = await write("teacher", { seed: 1 });
  const student = await write("student", { seed: 2 });
  const judge = await write("judge", { family: "ar", seed: 3 });
  const out = join(folder.path, "report");
  const models = ["--model", `teacher=${teacher}`, `kld <1>=${student}`];
  const args = ["eval", "report", ...models, "--judge", `judge=${judge}`, "--steps", steps.join()];
  return {
    teacher,
    student,
    judge,
    write,
    out,
    results: join(out, "results.jsonl"),
    args: [...args, "--texts", "2", "--out", out],
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test("a report is a page, a table, an object and plots, which agree", async () => {
  await using scene = await openScene();
  const { status, stdout, stderr } = await runCaptured([...scene.args, "--precision", "exact", "gumbel32"]);
  expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining("index.html") });
  expect(stdout).toMatch(/^teacher +gumbel32 +4 +\d/m);
  expect(stdout).toMatch(/^kld <1> +exact +2 .*(holds|does not hold|not known)$/m);
  const figures = ["perplexity", "entropy", "speed"].flatMap((name) => [`${name}-exact`, `${name}-gumbel32`]);
  expect((await readdir(scene.out)).toSorted()).toEqual(
    [
      "index.html",
      "report.csv",
      "report.json",
      "results.jsonl",
      ...figures.map((name) => `${name}.svg`),
    ].toSorted(),
  );

  const report = JSON.parse(await readFile(join(scene.out, "report.json"), "utf8"));
  expect(report.settings).toEqual({
    steps,
    precisions: ["exact", "gumbel32"],
    seed: 1,
    texts: 2,
    length: 16,
    teacher: "teacher",
    shownSteps: [1, 2, 4],
  });
  expect(report.rows).toHaveLength(2 * 2 * 3 + 1);
  expect(report.rows.at(-1)).toMatchObject({ label: "judge", kind: "autoregressive", steps: 15, passes: 15 });
  expect(report.comparisons).toHaveLength(2 * 3);

  const table = csvParse(await readFile(join(scene.out, "report.csv"), "utf8"));
  expect(table).toHaveLength(report.rows.length);
  for (const [i, row] of report.rows.entries()) {
    expect(Number(table[i]!["perplexity"])).toBe(row.perplexity);
    expect(Number(table[i]!["perplexity"])).toBeCloseTo(Math.exp(Number(table[i]!["nats"])), 8);
    // The clock of the test goes on by 100 ms between two looks.
    expect(Number(table[i]!["seconds_per_text"])).toBeCloseTo(0.05, 12);
  }
  const compared = table.filter((line) => line["teacher_steps"] !== "");
  expect(compared.map((line) => line["model"])).toEqual(Array.from({ length: 6 }, () => "kld <1>"));

  const page = await readFile(join(scene.out, "index.html"), "utf8");
  expect(page).not.toMatch(/<script|<link|src=|NaN|undefined|kld <1>/);
  // What an autoregressive text begins with is not shown.
  expect(page).toMatch(/<h4>judge, token by token<\/h4>\s*<p>/);
  expect(page).not.toContain("endoftext");
  expect(page.match(/<svg /g)).toHaveLength(figures.length);
  for (const id of figures) {
    expect(page.split(`id="${id}-title"`)).toHaveLength(2);
    const svg = await readFile(join(scene.out, `${id}.svg`), "utf8");
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]*>\n<title /);
    expect(page).toContain(svg.trim());
  }
});

test("what was measured is not measured again, and settings that matter are noticed", async () => {
  await using scene = await openScene();
  const interrupt = new AbortController();
  const onStderr = (text: string) => text.startsWith("2 of 6") && interrupt.abort();
  const stopped = await runCaptured(scene.args, { signal: interrupt.signal, onStderr });
  expect(stopped).toMatchObject({ status: 130, stdout: "" });
  const kept = (await readFile(scene.results, "utf8")).trimEnd().split("\n");
  expect(kept).toHaveLength(3);
  // A mark that only what is kept can have, and a line that was cut off while it was written.
  const marked = kept.map((line) => line.replace(/"secondsPerText":[\d.]+/, '"secondsPerText":77'));
  await writeFile(scene.results, `${marked.join("\n")}\n${kept[1]!.slice(0, 90)}`);

  const resumed = await runCaptured(scene.args);
  expect(resumed).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/^2 of 6 measurements are already done\.\n1 of 4 · teacher, exact, 4/),
  });
  const seconds = async () => {
    const report = JSON.parse(await readFile(join(scene.out, "report.json"), "utf8"));
    return report.rows.map((row: { secondsPerText: number }) => row.secondsPerText);
  };
  expect(await seconds()).toEqual([77, 77, 0.05, 0.05, 0.05, 0.05, 77]);
  const unbroken = await runCaptured([...scene.args, "--out", join(scene.out, "again")]);
  const withoutSeconds = (text: string) => text.replaceAll(/ +[\d.]+$/gm, "");
  expect(withoutSeconds(resumed.stdout)).toBe(withoutSeconds(unbroken.stdout));

  await writeSmallModel(scene.teacher, { seed: 9 });
  const other = await runCaptured(scene.args);
  expect(other.stderr).toMatch(/^3 of 6 measurements are already done/);
  expect((await runCaptured([...scene.args, "--seed", "5"])).stderr).not.toContain("already");
});

test("what cannot be compared is said before anything is sampled", async () => {
  await using scene = await openScene();
  const { teacher, judge } = scene;
  const large = await scene.write("large", { merges: 2 });
  const relabelled = await scene.write("relabelled", {});
  const tokenizer = await readFile(join(relabelled, "tokenizer.json"), "utf8");
  await writeFile(
    join(relabelled, "tokenizer.json"),
    tokenizer.replace('"A":', '"swap":').replace('"B":', '"A":').replace('"swap":', '"B":'),
  );
  const refused = async (...args: string[]) => {
    const { status, stdout, stderr } = await runCaptured(["eval", "report", "--out", scene.out, ...args]);
    expect({ stdout, failed: status > 0 }).toEqual({ stdout: "", failed: true });
    return stderr;
  };
  const on = (model: string) => ["--model", model, "--judge", judge];
  expect(await refused(...on(large))).toMatch(/vocabulary has 257 tokens, that of the model 259/);
  expect(await refused(...on(relabelled))).toMatch(/token \d+ is "A" to it and "B" to the model/);
  expect(await refused(...on("./nowhere"))).toMatch(/nowhere/);
  expect(await refused(...on(judge))).toMatch(/called .*judge: give each its own label/);
  expect(await refused(...on(`other=${judge}`))).toMatch(/is an autoregressive model; expected a diffusion/);
  expect(await refused("--model", teacher, "--judge", `j=${teacher}`)).toMatch(/expected an autoregressive/);
  expect(await refused(...on(teacher), "--steps", "4,2")).toMatch(/ascend from 1; got 4, 2/);
  expect(await refused(...on(teacher), "--steps", "1,x")).toMatch(/Expected whole numbers .* got "1,x"/);
  expect(await refused(...on(teacher), "--show-steps", "3")).toMatch(/names 3, which is not among/);
  expect(await refused(...on(teacher), "--teacher", "t")).toMatch(/teacher t is not one of the models/);
  expect(await refused("--model", teacher)).toMatch(/required option '--judge/);
});
