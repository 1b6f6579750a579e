import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { root } from "../places.ts";
import { runSteps } from "./run-steps.ts";
import { planSteps } from "./steps.ts";

const usage = `run-all [options]: everything that is worth a GPU's time, the most telling first

  --results FOLDER  where each result is written as it comes (results beside the bundle)
  --minutes N       no step begins after these (25)
  --device NAME     cuda, or cpu to try it out with tiny models (cuda)
  --pytorch PYTHON  a Python with torch and safetensors to compare with (python3, if it has both)
  --peak TFLOPS     of the GPU in bfloat16, 989 for an H100 SXM: tells the share that is reached
  --only NAMES      steps, by commas
  --again           runs those again that failed or took too long
  --list            names the steps

The same call resumes where another was stopped. SUMMARY.md in the results has all of it.`;

const { values } = parseArgs({
  options: {
    results: { type: "string", default: resolve(root, "results") },
    minutes: { type: "string", default: "25" },
    device: { type: "string", default: "cuda" },
    pytorch: { type: "string" },
    peak: { type: "string" },
    only: { type: "string" },
    again: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

const minutes = Number(values.minutes);
if (values.help) console.log(usage);
else if (!(minutes > 0) || (values.device !== "cuda" && values.device !== "cpu")) {
  console.error(usage);
  process.exitCode = 2;
} else {
  const { device, peak, only, again } = values;
  const pytorch = values.pytorch ?? (await pythonWithTorch());
  const names = only?.split(",");
  const steps = planSteps({ device, pytorch, peak }).filter(({ name }) => names?.includes(name) ?? true);
  if (values.list)
    for (const { name, what, seconds } of steps) console.log(`${name}: ${what}, at most ${seconds} s`);
  else {
    const stop = new AbortController();
    process.once("SIGINT", () => stop.abort());
    process.once("SIGTERM", () => stop.abort());
    const outcomes = await runSteps({
      steps,
      folder: resolve(values.results),
      cwd: root,
      program: process.execPath,
      env: { ...process.env, SDTT_TEST_DEVICE: device },
      seconds: 60 * minutes,
      again,
      say: (line) => console.error(line),
      signal: stop.signal,
    });
    const passed = outcomes.filter(({ status }) => status === "passed").length;
    console.error(`${passed} of ${steps.length} steps passed; see ${resolve(values.results, "SUMMARY.md")}`);
    process.exitCode = stop.signal.aborted ? 130 : passed === steps.length ? 0 : 1;
  }
}

async function pythonWithTorch(): Promise<string | undefined> {
  const found = await promisify(execFile)("python3", ["-c", "import torch, safetensors"], {
    timeout: 60_000,
  }).catch(() => undefined);
  return found && "python3";
}
