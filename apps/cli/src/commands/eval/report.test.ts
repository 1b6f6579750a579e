import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ReportRow, TeacherComparison } from "@sdtt/eval";
import { csvParse } from "d3-dsv";
import { expect, test } from "vitest";
import { resultKey } from "../../evaluation/results-file.ts";
import { openEvaluationScene } from "../../testing/evaluation-scene.ts";
import { runCaptured } from "../../testing/run-captured.ts";
import { writeSmallModel } from "../../testing/small-model.ts";

const steps = [1, 2, 4];

async function openScene() {
  const scene = await openEvaluationScene();
  const { teacher, student, judge, out } = scene;
  const models = ["--model", `teacher=${teacher}`, `kld <1>=${student}`];
  const options = ["--judge", `judge=${judge}`, "--steps", steps.join(), "--temperatures", "1"];
  return { ...scene, args: ["eval", "report", ...models, ...options, "--texts", "2", "--out", out] };
}

test("a report is a page, a table, an object and plots, which agree", async () => {
  await using scene = await openScene();
  const swept = ["--precision", "exact", "gumbel32", "--temperatures", "0.5,1"];
  const { status, stdout, stderr } = await runCaptured([...scene.args, ...swept]);
  expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining("index.html") });
  expect(stdout).toMatch(/^teacher +gumbel32 +4 +\d/m);
  expect(stdout).toMatch(/^kld <1> +exact +1 +0\.5 .*(holds|does not hold|within the noise|not known)$/m);
  const names = ["frontier", "perplexity", "entropy", "speed"];
  const figures = ["exact", "gumbel32"].flatMap((precision) => names.map((name) => `${name}-${precision}`));
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
    temperatures: [0.5, 1],
    orders: ["random"],
    bos: false,
    correctorSteps: 0,
    seed: 1,
    texts: 2,
    length: 16,
    teacher: "teacher",
    reference: "judge's own texts",
    shownSteps: [1, 2, 4],
  });
  // The published sampler knows no temperature.
  expect(report.rows).toHaveLength(2 * (2 + 1) * 3 + 4);
  const [judge, ...baselines] = report.rows.slice(-4);
  expect(judge).toMatchObject({ label: "judge", kind: "autoregressive", steps: 15, passes: 15 });
  expect(baselines.map(({ kind }: { kind: string }) => kind)).toEqual(Array(3).fill("baseline"));
  expect(report.comparisons).toHaveLength((2 + 1) * 3);
  for (const { textNats, nats, textEntropies, unigramEntropy } of report.rows) {
    expect((textNats[0] + textNats[1]) / 2).toBeCloseTo(nats, 12);
    expect((textEntropies[0] + textEntropies[1]) / 2).toBeCloseTo(unigramEntropy, 12);
  }

  const table = csvParse(await readFile(join(scene.out, "report.csv"), "utf8"));
  expect(table).toHaveLength(report.rows.length);
  for (const [i, row] of report.rows.entries()) {
    expect(Number(table[i]!["perplexity"])).toBe(row.perplexity);
    expect(Number(table[i]!["perplexity"])).toBeCloseTo(Math.exp(Number(table[i]!["nats"])), 8);
    // The clock of the test advances by 100 ms between two looks.
    if (row.kind !== "baseline") expect(Number(table[i]!["seconds_per_text"])).toBeCloseTo(0.05, 12);
  }
  const compared = table.filter((line) => line["teacher_steps"] !== "");
  expect(compared.map((line) => line["model"])).toEqual(Array.from({ length: 9 }, () => "kld <1>"));

  const page = await readFile(join(scene.out, "index.html"), "utf8");
  expect(page).not.toMatch(/<script|<link|src=|NaN|undefined|kld <1>/);
  // What an autoregressive text begins with is not shown.
  expect(page).toMatch(/<h4>judge, token by token<\/h4>\s*<p>/);
  expect(page).toMatch(/<td class="word">period of 7 tokens<\/td>/);
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
  expect(kept).toHaveLength(6);
  // A mark that only what is kept can have, and a line that was cut off while it was written.
  const marked = kept.map((line) => line.replace(/"secondsPerText":0\.05/, '"secondsPerText":77'));
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
  expect(await seconds()).toEqual([77, 77, 0.05, 0.05, 0.05, 0.05, 77, 0, 0, 0]);
  const unbroken = await runCaptured([...scene.args, "--out", join(scene.out, "again")]);
  const withoutSeconds = (text: string) => text.replaceAll(/ +[\d.]+$/gm, "");
  expect(withoutSeconds(resumed.stdout)).toBe(withoutSeconds(unbroken.stdout));

  await writeSmallModel(scene.teacher, { seed: 9 });
  const other = await runCaptured(scene.args);
  expect(other.stderr).toMatch(/^3 of 6 measurements are already done/);
  expect((await runCaptured([...scene.args, "--seed", "5"])).stderr).not.toContain("already");
});

test("texts that begin with an end of text are measured beside those that do not, and the page says which", async () => {
  await using scene = await openScene();
  const rows = async (...flags: string[]) => {
    const { status, stderr } = await runCaptured([...scene.args, "--steps", "4", ...flags]);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const { rows, settings } = JSON.parse(await readFile(join(scene.out, "report.json"), "utf8"));
    return {
      of: rows[0].textNats,
      bos: settings.bos,
      page: await readFile(join(scene.out, "index.html"), "utf8"),
    };
  };
  const [published, begun] = [await rows(), await rows("--bos")];
  expect([published.bos, begun.bos]).toEqual([false, true]);
  expect(begun.of).not.toEqual(published.of);
  expect(published.page).toContain("written by the model, as published");
  expect(begun.page).toContain("the end of text, given");
});

test("corrector steps follow those of the sampler: more passes, other texts, and the page says so", async () => {
  await using scene = await openScene();
  const measured = async (...flags: string[]) => {
    const { status, stderr } = await runCaptured([...scene.args, "--steps", "4", ...flags]);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const { rows } = JSON.parse(await readFile(join(scene.out, "report.json"), "utf8"));
    const [head, first] = (await readFile(join(scene.out, "report.csv"), "utf8")).split("\n");
    const cell = first!.split(",")[head!.split(",").indexOf("corrector_steps")];
    return { row: rows[0], cell, page: await readFile(join(scene.out, "index.html"), "utf8") };
  };
  const [plain, corrected] = [await measured(), await measured("--corrector-steps", "3")];
  expect([plain.cell, corrected.cell]).toEqual(["0", "3"]);
  expect(corrected.row).toMatchObject({ steps: 4, passes: plain.row.passes + 3 });
  expect(corrected.row.textNats).not.toEqual(plain.row.textNats);
  expect(plain.page).not.toContain("after the steps of exact draws");
  expect(corrected.page).toContain("3 after the steps of exact draws");
});

test("orders are swept, and measurements from before there were any are those of the published one", async () => {
  await using scene = await openScene();
  expect((await runCaptured([...scene.args, "--steps", "1,4"])).status).toBe(0);
  const lines = (await readFile(scene.results, "utf8")).trimEnd().split("\n");
  // As an older version wrote them: under keys without an order, and without one inside.
  const { models, judge } = JSON.parse(await readFile(join(scene.out, "report.json"), "utf8"));
  const measuring = { measuring: 2, texts: 2, length: 16, seed: 1, judge: judge.digest, protocol: "ids" };
  const common = { ...measuring, columns: ["rep-3", "self-bleu"], source: judge.digest };
  const keys = models.flatMap(({ digest }: { digest: string }) =>
    [1, 4].map((steps) =>
      resultKey({
        ...common,
        engine: "auto",
        threads: null,
        model: digest,
        steps,
        precision: "exact",
        temperature: 1,
      }),
    ),
  );
  expect(lines.slice(4).map((line) => JSON.parse(line).key)).toEqual(keys);
  const old = lines.map((line) =>
    line.replace(',"order":"random"', "").replace(/("secondsPerText":)0\.05/, "$177"),
  );
  expect(old.join()).not.toContain("order");
  await writeFile(scene.results, `${old.join("\n")}\n`);

  const orders = ["random", "spread", "confidence"];
  const swept = [...scene.args, "--steps", "1,4", "--orders", orders.join()];
  const interrupt = new AbortController();
  const onStderr = (text: string) => text.startsWith("1 of 8") && interrupt.abort();
  const stopped = await runCaptured(swept, { signal: interrupt.signal, onStderr });
  expect(stopped).toMatchObject({
    status: 130,
    stderr: expect.stringMatching(/^4 of 12 .*\n1 of 8 · teacher, exact, 1 step, order spread · /),
  });
  const { status, stdout, stderr } = await runCaptured(swept);
  expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringMatching(/^5 of 12 /) });
  expect(stdout).toMatch(/^teacher +exact +4 +1 +spread +4 +\d/m);
  expect(stdout).toMatch(/^kld <1> +exact +1 +1 +confidence +random .*(holds|noise|known)$/m);

  const { rows, comparisons } = JSON.parse(await readFile(join(scene.out, "report.json"), "utf8"));
  const diffusion = rows.slice(0, -4);
  expect(diffusion.map(({ order }: ReportRow) => order)).toEqual(
    [...orders, ...orders].flatMap((order) => [order, order]),
  );
  expect(rows.slice(-4).map(({ order }: ReportRow) => order)).toEqual(Array(4).fill(undefined));
  const inOrder = (order: string) => diffusion.filter((row: ReportRow) => row.order === order);
  const seconds = (order: string) => inOrder(order).map((row: ReportRow) => row.secondsPerText);
  expect([seconds("random"), seconds("spread")]).toEqual([Array(4).fill(77), Array(4).fill(0.05)]);
  // In one step all orders reveal everything; in four they are other texts.
  const natsAt = (at: number) => orders.map((order) => inOrder(order)[at].nats);
  expect(new Set(natsAt(0)).size).toBe(1);
  expect(new Set(natsAt(1)).size).toBe(3);
  const pairs = comparisons.map(({ label, order, teacherOrder }: TeacherComparison) =>
    [label, order, teacherOrder].join(),
  );
  expect(new Set(pairs)).toEqual(
    new Set([
      "teacher,spread,random",
      "teacher,confidence,random",
      "kld <1>,random,random",
      ...orders.slice(1).flatMap((order) => [`kld <1>,${order},${order}`, `kld <1>,${order},random`]),
    ]),
  );
  const table = csvParse(await readFile(join(scene.out, "report.csv"), "utf8"));
  expect(table.map(({ order }) => order)).toEqual(rows.map(({ order }: ReportRow) => order ?? ""));
});

test("what is measured in an order are the texts that the model writes in it", async () => {
  await using scene = await openScene();
  const { teacher, judge } = scene;
  const swept = ["--steps", "4", "--temperatures", "0.5", "--orders", "confidence,spread"];
  expect((await runCaptured([...scene.args, ...swept])).status).toBe(0);
  const { rows } = JSON.parse(await readFile(join(scene.out, "report.json"), "utf8"));
  for (const { order, nats } of rows.slice(0, 2)) {
    const drawing = [
      "-n",
      "2",
      "--seed",
      "1",
      "--steps",
      "4",
      "--temperature",
      "0.5",
      "--top-p",
      "1",
      "--order",
      order,
    ];
    const args = ["eval", "samples", "--model", teacher, "--judge", judge, ...drawing, "--json"];
    const { stdout } = await runCaptured(args);
    expect(JSON.parse(stdout).metrics.perplexity.result.nats).toBe(nats);
  }
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
  expect(await refused(...on(teacher), "--temperatures", "1,0.5")).toMatch(/ascend; got 1, 0.5/);
  expect(await refused(...on(teacher), "--temperatures", "0,1")).toMatch(/numbers above 0.* got "0,1"/);
  expect(await refused(...on(teacher), "--orders", "random,left")).toMatch(
    /Expected some of random, spread, confidence, as in random,spread; got "random,left"/,
  );
  expect(await refused(...on(teacher), "--orders", "spread,spread")).toMatch(/each once; got spread, spread/);
  expect(await refused(...on(teacher), "--orders", "")).toMatch(/Expected some of random, .*; got ""/);
  expect(await refused(...on(teacher), "--steps", "1,x")).toMatch(/Expected whole numbers .* got "1,x"/);
  expect(await refused(...on(teacher), "--show-steps", "3")).toMatch(/names 3, which is not among/);
  expect(await refused(...on(teacher), "--teacher", "t")).toMatch(/teacher t is not one of the models/);
  expect(await refused("--model", teacher)).toMatch(/required option '--judge/);
});

test("a plan says what is left and how long it takes, and leaves nothing behind", async () => {
  await using scene = await openScene();
  const planned = await runCaptured([...scene.args, "--plan"]);
  expect(planned).toMatchObject({ status: 0, stdout: expect.stringMatching(/^MODEL +DONE +TO DO +TIME/) });
  expect(planned.stdout).toMatch(/^teacher +0 +3 +\d+ s/m);
  expect(planned.stdout).toMatch(/^time +about \d+ s for 6 measurements$/m);
  expect(planned.stdout).toMatch(/^download +0 bytes$/m);
  await expect(readdir(scene.out)).rejects.toThrow(/ENOENT/);
  await runCaptured(scene.args);
  const done = await runCaptured([...scene.args, "--steps", "1,2,4,8", "--plan"]);
  expect(done.stdout).toMatch(/^kld <1> +3 +1 +\d+ s/m);
  const elsewhere = await runCaptured([...scene.args, "--model", "sdtt:kld/7", "--plan"]);
  expect(elsewhere.stdout).toMatch(/^sdtt:kld\/7 +0 +3 +~ .* 6\d\d MB$/m);
});

test("a plan has the orders, and times the surest draws apart", async () => {
  await using scene = await openScene();
  const swept = ["--model", scene.student, "--steps", "1,4", "--orders", "random,spread,confidence"];
  const { status, stdout } = await runCaptured([...scene.args, ...swept, "--plan"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^time +about \d+ s for \d+ measurements$/m);
  expect(stdout).toMatch(/ +0 +6 +\d+ s$/m);
});

test("baselines are made of the reference that is given", async () => {
  await using scene = await openScene();
  const reference = join(scene.out, "..", "prose.txt");
  await writeFile(reference, "It was the best of times, it was the worst of times. ".repeat(20));
  const { status } = await runCaptured([...scene.args, "--steps", "1", "--reference", reference]);
  expect(status).toBe(0);
  const { rows, settings } = JSON.parse(await readFile(join(scene.out, "report.json"), "utf8"));
  expect(settings.reference).toBe(reference);
  const labels = rows.slice(-5).map(({ label }: { label: string }) => label);
  const rules = ["independent tokens", "period of 1 token", "period of 7 tokens"];
  expect(labels).toEqual(["judge", ...rules, "the reference"]);
  // One token over and over has no entropy; the sentence has that of its letters.
  const entropies = rows.slice(-4).map(({ unigramEntropy }: { unigramEntropy: number }) => unigramEntropy);
  expect(entropies[1]).toBe(0);
  expect(entropies[2]).toBeLessThanOrEqual(Math.log(7));
  expect(entropies[3]).toBeGreaterThan(1.5);
});
