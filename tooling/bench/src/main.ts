import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isSdttError, SdttError } from "@sdtt/core";
import { benchmarks } from "./all-benchmarks.ts";
import type { Benchmark, BenchmarkOptions } from "./benchmark.ts";
import { describeMachine } from "./machine.ts";
import { measureAll } from "./measure-all.ts";
import { describeSetting, formatReport } from "./report.ts";

const usage = `pnpm bench NAME [options]
pnpm bench all [options]: each in turn but that of a GPU; the results go into docs/benchmarks.md and docs/many-machines.md

${Array.from(benchmarks, ([name, { summary }]) => `  ${name.padEnd(16)} ${summary}`).join("\n")}

  --rounds N       how often everything is measured (7)
  --threads N      threads of ONNX Runtime and PyTorch (as many as the process may use)
  --cache FOLDER   where the random checkpoint is kept (in the system's folder for temporary files)
  --pytorch PYTHON a Python with torch and safetensors: compares with PyTorch where the benchmark can
  --json           data instead of a table
of autoregression and growth:
  --plot FILE      draws the seconds of a text as an SVG
of those two, processes, queue and ranks:
  --sizes trial    models so small, or texts so short, that the benchmark takes seconds, to see it work
of autoregression alone:
  --dtype NAME     of the matrix products of both models: float32 or int8 (float32)
  --batches NS     texts at a time, by commas (1,8)
of gpu and gpu-*:
  --device NAME    cuda, or cpu to try it out (cuda)
  --sizes NAMES    of the models, by commas: sm, md, large, or trial, which a CPU does in a minute (sm,md,large)
  --batches NS     texts at a time, by commas (1,8,32)
of gpu alone:
  --works NAMES    sample, distill, or both by a comma (sample,distill)
  --peak TFLOPS    of the device's matrix products in bfloat16: tells what share the backbone reaches`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "7" },
    threads: { type: "string", default: String(availableParallelism()) },
    cache: { type: "string", default: join(tmpdir(), "sdtt-bench") },
    pytorch: { type: "string" },
    json: { type: "boolean", default: false },
    device: { type: "string", default: "cuda" },
    sizes: { type: "string", default: "sm,md,large" },
    works: { type: "string", default: "sample,distill" },
    peak: { type: "string" },
    plot: { type: "string" },
    dtype: { type: "string", default: "float32" },
    batches: { type: "string" },
  },
});

const [name] = positionals;
const benchmark = benchmarks.get(name ?? "");
if (benchmark) await measure(benchmark, readOptions()).catch(complain);
else if (name === "all") await measureAll(readOptions()).catch(complain);
else if (name === undefined) console.log(usage);
else {
  console.error(`There is no benchmark "${name}".\n\n${usage}`);
  process.exitCode = 2;
}

function readOptions(): BenchmarkOptions {
  const { cache, pytorch } = values;
  return {
    rounds: count("--rounds", values.rounds),
    threads: count("--threads", values.threads),
    cache: whereTheyStood(cache),
    pytorch: pytorch?.includes("/") ? whereTheyStood(pytorch) : pytorch,
    device: oneOf("--device", values.device, ["cuda", "cpu"]),
    sizes: values.sizes.split(","),
    dtype: oneOf("--dtype", values.dtype, ["float32", "int8"]),
    batches: values.batches?.split(",").map((text) => count("--batches", text)),
    works: values.works
      .split(",")
      .map((text) => oneOf<"sample" | "distill">("--works", text, ["sample", "distill"])),
    plot: values.plot === undefined ? undefined : whereTheyStood(values.plot),
    peak: values.peak === undefined ? undefined : 1e12 * positive("--peak", values.peak),
  };
}

async function measure(benchmark: Benchmark, options: BenchmarkOptions): Promise<void> {
  await benchmark.check?.(options);
  const machine = await describeMachine();
  const setting = describeSetting(options);
  if (!values.json) console.log(`${name}: ${benchmark.summary}\n${machine}; ${setting}\n`);
  const report = await benchmark.run(options);
  console.log(
    values.json ? JSON.stringify({ name, machine, setting, ...report }) : `${formatReport(report)}\n`,
  );
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new SdttError("usage", `${option}: expected a whole number from 1, got ${text}.`);
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (value > 0 && value < Infinity) return value;
  throw new SdttError("usage", `${option}: expected a number above 0, got ${text}.`);
}

function oneOf<Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  const name = names.find((known) => known === text);
  if (name) return name;
  throw new SdttError("usage", `${option}: expected ${names.join(" or ")}, got ${text}.`);
}

/** What is not available or was not asked for well is a line; all else is a bug and shows where it is. */
function complain(error: unknown): void {
  if (!isSdttError(error)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = error.code === "usage" ? 2 : 1;
}

/** A path as the caller meant it: pnpm runs this in the folder of the package. */
function whereTheyStood(path: string): string {
  return resolve(process.env["INIT_CWD"] ?? ".", path);
}
