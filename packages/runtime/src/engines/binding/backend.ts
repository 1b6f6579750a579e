import { SdttError, type Tensor } from "@sdtt/core";
import { copyTensor, engineOn, sessionConfig, zeroTensor } from "@sdtt/engine";
import type { Engine, Executable, LoadOptions } from "@sdtt/engine";
import type { Program } from "@sdtt/graph";
import { turnOffTelemetry } from "../telemetry.ts";
import { openWeightFiles } from "../weight-files.ts";
import { openChannel, type Channel } from "./channel.ts";
import type { Block } from "./messages.ts";

const optimizationLevels = { none: "disabled", basic: "basic", extended: "extended", all: "all" } as const;
const logFatalOnly = 4;

/**
 * ONNX Runtime through the stock onnxruntime-node, in a worker thread. Tensors are copied on their way there; residents
 * stay there. An output sent into a resident is written in place, but the binding makes one more copy of it, which
 * nothing short of the C API avoids.
 *
 * @throws SdttError `unavailable` if onnxruntime-node cannot be loaded.
 */
export async function openBinding({ threads }: { threads: number }): Promise<Engine> {
  await turnOffTelemetry();
  const channel = await openChannel();
  let blocks = 0;
  let sessions = 0;
  /** Hands over the tensor's memory. */
  const hold = async (tensor: Tensor): Promise<Block> => {
    const block = blocks++;
    await channel.ask({ kind: "place", block, tensor });
    return { block, dtype: tensor.dtype, offset: 0, shape: tensor.shape };
  };
  return engineOn<Block>({
    name: "binding",
    device: "cpu",
    openFiles: openWeightFiles,
    memory: {
      place: (tensor) => hold(copyTensor(tensor)),
      allocate: (type) => hold(zeroTensor(type)),
      read: async (block) => (await channel.ask({ kind: "read", block })) as Tensor,
      write: async (block, tensor) => {
        await channel.ask({ kind: "write", block, tensor: copyTensor(tensor) });
      },
      window: (block, offset, shape) => ({ ...block, offset: block.offset + offset, shape }),
      release: async ({ block }) => {
        await channel.ask({ kind: "forget", block });
      },
    },
    compile: (program, options) => compile(channel, sessions++, program, { ...options, threads }),
    close: () => channel.close(),
  });
}

async function compile(
  channel: Channel,
  session: number,
  program: Program,
  options: Required<LoadOptions> & { threads: number },
): Promise<Executable<Block>> {
  refuseBfloat16(program);
  const settings = {
    intraOpNumThreads: options.threads,
    graphOptimizationLevel: optimizationLevels[options.optimization],
    enableMemPattern: false,
    logSeverityLevel: logFatalOnly,
    extra: { session: sessionConfig(program, options) },
  };
  const { inputs: declared } = program;
  await channel.ask({ kind: "compile", session, model: new Uint8Array(program.model), settings });
  return {
    run: async (inputs, outputs) => {
      const results = await channel.ask({
        kind: "run",
        session,
        inputs: inputs.map((input, i) => [
          declared[i]!.name,
          "tensor" in input ? copyTensor(input.tensor) : input.block,
        ]),
        outputs: outputs.map(({ name, target }) => [name, target ?? null]),
      });
      return results as Record<string, Tensor>;
    },
    release: async () => {
      await channel.ask({ kind: "release", session });
    },
  };
}

function refuseBfloat16({ inputs, outputs }: Program): void {
  const value = [...inputs, ...outputs].find(({ dtype }) => dtype === "bfloat16");
  if (!value) return;
  throw new SdttError(
    "unavailable",
    `onnxruntime-node has no bfloat16 tensors, which "${value.name}" is: use the engine "c-api", or cast inside the graph.`,
  );
}
