import { buffersIn } from "@sdtt/engine";
import type { Answer, Block, Request } from "@sdtt/engine";
import type { Tensor } from "@sdtt/core";
import type * as Ort from "onnxruntime-web";
import type { OpenRequest } from "./open-request.ts";

/** The worker that ONNX Runtime computes in, so that the page never waits for it. */

// ONNX Runtime wraps float16 in a Float16Array where there is one; tensors here hold the bits.
Reflect.deleteProperty(globalThis, "Float16Array");

/** A build of ONNX Runtime. */
type Build = typeof Ort;

const sessions = new Map<number, { readonly ort: Build; readonly session: Ort.InferenceSession }>();
const blocks = new Map<number, Tensor>();
const builds: { plain?: Build; webgpu?: Build } = {};

addEventListener("message", async ({ data }: MessageEvent<Request | OpenRequest>) => {
  let answer: Answer;
  try {
    answer = { value: await handle(data) };
  } catch (error) {
    answer = { error: error instanceof Error ? error.message : String(error) };
  }
  postMessage(answer, { transfer: buffersIn(answer) });
});

async function handle(request: Request | OpenRequest): Promise<unknown> {
  switch (request.kind) {
    case "open":
      return open(request);
    case "compile": {
      const ort = buildFor(request.settings);
      const session = await ort.InferenceSession.create(request.model, request.settings);
      sessions.set(request.session, { ort, session });
      return;
    }
    case "run":
      return run(request);
    case "release":
      await sessions.get(request.session)!.session.release();
      sessions.delete(request.session);
      return;
    case "place":
      blocks.set(request.block, request.tensor);
      return;
    case "read":
      return copyOf(elementsOf(request.block));
    case "write":
      elementsOf(request.block).data.set(request.tensor.data as never);
      return;
    case "forget":
      blocks.delete(request.block);
      return;
    case "close":
      return;
  }
}

/**
 * Loads the WebAssembly now, while the weights are fetched. With WebGPU that is two builds: the one that has WebGPU is larger and
 * has no kernels for float64, which the draw needs, not even on the CPU.
 */
async function open({ device, threads, model }: OpenRequest): Promise<void> {
  const load = async (ort: Build, provider: "wasm" | "webgpu"): Promise<Build> => {
    ort.env.logLevel = "fatal";
    ort.env.wasm.numThreads = threads;
    await (await ort.InferenceSession.create(model, { executionProviders: [provider] })).release();
    return ort;
  };
  builds.plain = await load(await import("onnxruntime-web/wasm"), "wasm");
  if (device === "webgpu") builds.webgpu = await load(await import("onnxruntime-web/webgpu"), "webgpu");
}

function buildFor({ executionProviders = [] }: Ort.InferenceSession.SessionOptions): Build {
  return executionProviders[0] === "wasm" ? builds.plain! : builds.webgpu!;
}

async function run({ session: id, inputs, outputs }: Extract<Request, { kind: "run" }>): Promise<unknown> {
  const { ort, session } = sessions.get(id)!;
  const feeds = inputs.map(([name, input]) => [
    name,
    toOrt(ort, "block" in input ? elementsOf(input) : input),
  ]);
  const names = outputs.map(([name]) => name);
  const results = await session.run(Object.fromEntries(feeds), names);
  const returned: [string, Tensor][] = [];
  for (const [name, target] of outputs) {
    const result = fromOrt(results[name]!);
    // Written afterwards: an output that is given a place is not copied back to it by onnxruntime-web.
    if (target) elementsOf(target).data.set(result.data as never);
    else returned.push([name, result]);
  }
  return Object.fromEntries(returned);
}

function elementsOf({ block, offset, shape }: Block): Tensor {
  const { dtype, data } = blocks.get(block)!;
  const count = shape.reduce((product, size) => product * size, 1);
  return { dtype, shape, data: data.subarray(offset, offset + count) };
}

function copyOf(tensor: Tensor): Tensor {
  return { ...tensor, data: tensor.data.slice() };
}

function toOrt(ort: Build, { dtype, shape, data }: Tensor): Ort.Tensor {
  return new ort.Tensor(dtype as never, data as never, shape);
}

function fromOrt({ type, dims, data }: Ort.Tensor): Tensor {
  return { dtype: type as Tensor["dtype"], shape: dims, data: data as never };
}
