import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import { distillStep } from "./benchmarks/distill-step.ts";
import { engine } from "./benchmarks/engine.ts";
import { eventLoop } from "./benchmarks/event-loop.ts";
import { firstWord } from "./benchmarks/first-word.ts";
import { sampleStep } from "./benchmarks/sample-step.ts";
import { sample } from "./benchmarks/sample.ts";
import { serve } from "./benchmarks/serve.ts";
import { trainingMemory } from "./benchmarks/training-memory.ts";
import { describeMachine } from "./machine.ts";
import { formatReport } from "./report.ts";

const benchmarks = new Map<string, Benchmark>([
  ["sample-step", sampleStep],
  ["sample", sample],
  ["distill-step", distillStep],
  ["engine", engine],
  ["event-loop", eventLoop],
  ["first-word", firstWord],
  ["serve", serve],
  ["training-memory", trainingMemory],
]);

const usage = `pnpm bench NAME [options]

${Array.from(benchmarks, ([name, { summary }]) => `  ${name.padEnd(16)} ${summary}`).join("\n")}

  --rounds N       how often everything is measured (7)
  --threads N      threads of ONNX Runtime and PyTorch (as many as the process may use)
  --cache FOLDER   where the random checkpoint is kept (in the system's folder for temporary files)
  --pytorch PYTHON a Python with torch and safetensors: compares with PyTorch where the benchmark can
  --json           data instead of a table`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "7" },
    threads: { type: "string", default: String(availableParallelism()) },
    cache: { type: "string", default: join(tmpdir(), "sdtt-bench") },
    pytorch: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const [name] = positionals;
const benchmark = benchmarks.get(name ?? "");
if (benchmark) await measure(benchmark);
else if (name === undefined) console.log(usage);
else {
  console.error(`There is no benchmark "${name}".\n\n${usage}`);
  process.exitCode = 2;
}

async function measure(benchmark: Benchmark): Promise<void> {
  const { cache, pytorch, json } = values;
  const options = {
    rounds: count("--rounds", values.rounds),
    threads: count("--threads", values.threads),
    cache: whereTheyStood(cache),
    pytorch: pytorch?.includes("/") ? whereTheyStood(pytorch) : pytorch,
  };
  const machine = await describeMachine();
  const setting = `${options.rounds} rounds, ${options.threads} threads`;
  if (!json) console.log(`${name}: ${benchmark.summary}\n${machine}; ${setting}\n`);
  const report = await benchmark.run(options);
  console.log(json ? JSON.stringify({ name, machine, setting, ...report }) : `${formatReport(report)}\n`);
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`${option}: expected a whole number from 1, got ${text}.`);
}

/** A path as the caller meant it: pnpm runs this in the folder of the package. */
function whereTheyStood(path: string): string {
  return resolve(process.env["INIT_CWD"] ?? ".", path);
}
