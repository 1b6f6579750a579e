import { SdttError, type Tensor } from "@sdtt/core";
import type { Program } from "@sdtt/graph";
import type { CompileOptions, Executable } from "../backend/backend.ts";
import { engineOn } from "../backend/engine-on.ts";
import { copyTensor, zeroTensor } from "../backend/tensors.ts";
import type { Engine } from "../engine.ts";
import type { Block, Request } from "./messages.ts";

/** A worker that answers one request at a time. */
export interface Channel {
  /** Hands over the arrays in it. Throws `runtime` with the worker's words, `unavailable` if the worker has ended. */
  ask(request: Request): Promise<unknown>;
  close(): Promise<void>;
}

export interface RemoteEngineOptions extends Pick<Engine, "name" | "device" | "openFiles" | "traits"> {
  readonly channel: Channel;
  /** What the worker's ONNX Runtime is to compile a program with. */
  settingsOf(program: Program, options: CompileOptions): object;
  /** What to do about a program with bfloat16 inputs or outputs, for which JavaScript's ONNX Runtime has no tensors. */
  readonly withoutBfloat16: string;
}

/**
 * An engine whose ONNX Runtime runs in a worker, through its JavaScript binding. Tensors are copied on their way there;
 * residents stay there.
 */
export function remoteEngine(options: RemoteEngineOptions): Engine {
  const { name, device, openFiles, traits, channel } = options;
  let blocks = 0;
  let sessions = 0;
  /** Hands over the tensor's memory. */
  const hold = async (tensor: Tensor): Promise<Block> => {
    const block = blocks++;
    await channel.ask({ kind: "place", block, tensor });
    return { block, dtype: tensor.dtype, offset: 0, shape: tensor.shape };
  };
  return engineOn<Block>({
    name,
    device,
    openFiles,
    traits,
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
    compile: (program, load) => compile(options, sessions++, program, load),
    close: () => channel.close(),
  });
}

async function compile(
  { channel, settingsOf, withoutBfloat16 }: RemoteEngineOptions,
  session: number,
  program: Program,
  options: CompileOptions,
): Promise<Executable<Block>> {
  refuseBfloat16(program, withoutBfloat16);
  const settings = settingsOf(program, options);
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

function refuseBfloat16({ inputs, outputs }: Program, remedy: string): void {
  const value = [...inputs, ...outputs].find(({ dtype }) => dtype === "bfloat16");
  if (!value) return;
  throw new SdttError(
    "unavailable",
    `This engine has no bfloat16 tensors, which "${value.name}" is: ${remedy}.`,
  );
}
