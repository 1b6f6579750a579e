import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { runSteps } from "./run-steps.ts";
import type { RunStepsOptions } from "./run-steps.ts";
import { planSteps, type Step } from "./steps.ts";

const script = (name: string, code: string, seconds = 20): Step => ({
  name,
  what: `tries ${name}`,
  args: ["-e", code],
  seconds,
});

async function scene() {
  const place = await temporaryDirectory();
  const said: string[] = [];
  const folder = join(place.path, "results");
  const run = (steps: readonly Step[], options: Partial<RunStepsOptions> = {}) =>
    runSteps({
      steps,
      folder,
      cwd: place.path,
      program: process.execPath,
      env: process.env,
      seconds: 60,
      again: false,
      say: (line) => said.push(line),
      ...options,
    });
  return { place, folder, said, run, read: (name: string) => readFile(join(folder, name), "utf8") };
}

const statuses = (outcomes: readonly { name: string; status: string }[]) =>
  outcomes.map(({ name, status }) => `${name} ${status}`);

test("each step leaves its outcome and what it printed, and the next call does not repeat it", async () => {
  const { place, run, read, said } = await scene();
  await using _ = place;
  const steps = [
    script("fine", "console.log('first'); console.error('aside')"),
    script("broken", "console.error('why'); process.exit(3)"),
  ];
  expect(statuses(await run(steps))).toEqual(["fine passed", "broken failed"]);
  expect([await read("fine.out"), await read("fine.err")]).toEqual(["first\n", "aside\n"]);
  expect(JSON.parse(await read("broken.json"))).toMatchObject({ name: "broken", status: "failed" });
  const summary = await read("SUMMARY.md");
  expect(summary).toContain("| fine | tries fine | passed |");
  expect(summary).toMatch(/## broken\n\n```\nwhy\n```/);
  said.length = 0;
  expect(statuses(await run(steps))).toEqual(["fine passed", "broken failed"]);
  expect(said).toEqual([]);
  const fixed = [steps[0]!, script("broken", "")];
  expect(statuses(await run(fixed, { again: true }))).toEqual(["fine passed", "broken passed"]);
});

test.skipIf(process.platform !== "linux")(
  "a step that takes too long is ended with all that it started, and the next one runs",
  async () => {
    const { place, run, read } = await scene();
    await using _ = place;
    // Both ignore being asked; the grandchild would write for ever.
    const stubborn = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);`;
    const code = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", ${JSON.stringify(stubborn)}], { stdio: "inherit" });
    console.log(child.pid);
    ${stubborn}`;
    const outcomes = await run([script("endless", code, 2), script("next", "")]);
    expect(statuses(outcomes)).toEqual(["endless timed out", "next passed"]);
    // Gone, or dead and not yet collected by its new parent.
    const stat = await readFile(`/proc/${(await read("endless.out")).trim()}/stat`, "utf8").catch(
      () => ") Z",
    );
    expect(stat).toMatch(/\) Z/);
  },
);

test("a call that is stopped leaves no outcome of the step under way, which the next call runs again", async () => {
  const { place, folder, run } = await scene();
  await using _ = place;
  const controller = new AbortController();
  const say = (line: string) => {
    if (line.startsWith("slow")) setTimeout(() => controller.abort(), 300);
  };
  const steps = [script("quick", ""), script("slow", "setInterval(() => {}, 1000)")];
  expect(statuses(await run(steps, { say, signal: controller.signal }))).toEqual(["quick passed"]);
  expect(await readdir(folder)).not.toContain("slow.json");
  expect(statuses(await run([steps[0]!, script("slow", "")]))).toEqual(["quick passed", "slow passed"]);
});

test("no step begins when the time is over, and none is lost", async () => {
  const { place, run, said } = await scene();
  await using _ = place;
  expect(await run([script("late", "")], { seconds: 0 })).toEqual([]);
  expect(said).toEqual(["late: left for the next call"]);
});

test("the plan has the same steps with and without a GPU, each bounded and with a name of its own", () => {
  const [gpu, trial] = [planSteps({ device: "cuda", pytorch: "python3" }), planSteps({ device: "cpu" })];
  const names = gpu.map(({ name }) => name);
  expect(trial.map(({ name }) => name)).toEqual(names);
  expect(new Set(names).size).toBe(names.length);
  expect(names.slice(0, 5)).toEqual(["doctor", "first-words", "float32", "half", "conformance"]);
  for (const { seconds } of gpu) expect(seconds).toBeLessThanOrEqual(300);
  for (const size of ["sm", "md", "large"]) {
    for (const batch of [1, 8, 32]) expect(names).toContain(`texts-${size}-${batch}`);
  }
  expect(gpu.find(({ name }) => name === "texts-md-8")!.args).toEqual(
    expect.arrayContaining(["--sizes", "md", "--batches", "8", "--pytorch", "python3"]),
  );
});
