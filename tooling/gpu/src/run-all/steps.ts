/** One thing to find out on a GPU. */
export interface Step {
  /** Also the name of its files. */
  readonly name: string;
  readonly what: string;
  /** Arguments of Node, run in the workspace. */
  readonly args: readonly string[];
  /** After which it is ended. */
  readonly seconds: number;
}

export interface StepOptions {
  /** `cpu` tries the steps themselves on a machine without a GPU, with tiny models. */
  readonly device: "cpu" | "cuda";
  /** A Python with torch and safetensors; without one nothing is compared with PyTorch. */
  readonly pytorch?: string | undefined;
  /** TFLOP/s of the GPU in bfloat16. */
  readonly peak?: string | undefined;
}

/** Everything that is worth a GPU's time, the most telling first: 25 minutes may end before all of it is done. */
export function planSteps({ device, pytorch, peak }: StepOptions): Step[] {
  const isTrial = device === "cpu";
  const cli = (...args: string[]) => ["--conditions=@sdtt/source", "apps/cli/src/main.ts", ...args];
  const tests = (...args: string[]) => [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--config",
    "vitest.gpu.config.ts",
    ...args,
  ];
  const bench = (name: string, size: string, batches: string, ...args: string[]) => [
    "--conditions=@sdtt/source",
    "tooling/bench/src/main.ts",
    name,
    "--device",
    device,
    "--sizes",
    isTrial ? "trial" : size,
    "--batches",
    batches,
    "--rounds",
    isTrial ? "1" : "3",
    ...args,
  ];
  const beside = [...(pytorch ? ["--pytorch", pytorch] : []), ...(peak ? ["--peak", peak] : [])];
  const texts = (size: string, batch: number, seconds: number): Step => ({
    name: `texts-${size}-${batch}`,
    what: `texts of the model ${size}, ${batch} at a time${pytorch ? ", beside PyTorch" : ""}`,
    args: bench("gpu", size, String(batch), "--works", "sample", "--json", ...beside),
    seconds,
  });
  const distributions = "packages/sdtt/src/gpu.gpu.test.ts";
  return [
    { name: "doctor", what: "what is here and what is missing", args: cli("doctor"), seconds: 60 },
    {
      name: "first-words",
      what: "the provider loads and a model writes",
      args: cli("sample", "--device", device, "--steps", "8", "--length", "64", "--seed", "1"),
      seconds: 120,
    },
    {
      name: "float32",
      what: "log-probabilities and texts are the CPU's",
      args: tests(distributions, "-t", "float32"),
      seconds: 120,
    },
    {
      name: "half",
      what: "float16 and bfloat16 are near",
      args: tests(distributions, "-t", "float16"),
      seconds: 120,
    },
    {
      name: "conformance",
      what: "the engine and the denoiser keep their contracts",
      args: tests("packages/runtime"),
      seconds: 180,
    },
    texts("sm", 32, 240),
    texts("sm", 1, 180),
    {
      name: "distillation",
      what: `an update of a distillation${pytorch ? ", beside PyTorch" : ""}`,
      args: bench("gpu", "sm", "1", "--works", "distill", "--json", ...beside),
      seconds: 240,
    },
    {
      name: "host-share",
      what: "the host's share of a step",
      args: bench("gpu-host", "sm", isTrial ? "1" : "1,32", "--json"),
      seconds: 120,
    },
    {
      name: "graphs",
      what: "a pass without and with CUDA graphs",
      args: bench("gpu-graphs", "sm", isTrial ? "1" : "1,8", "--json"),
      seconds: 120,
    },
    {
      name: "memory",
      what: "what sampling takes",
      args: bench("gpu-memory", "sm", isTrial ? "1" : "1,8,32", "--json"),
      seconds: 120,
    },
    texts("sm", 8, 180),
    {
      name: "training",
      what: "losses of a distillation are the CPU's",
      args: tests("packages/distill"),
      seconds: 180,
    },
    texts("md", 32, 240),
    texts("large", 32, 300),
    texts("md", 1, 180),
    texts("large", 1, 240),
    texts("md", 8, 180),
    texts("large", 8, 240),
  ];
}
