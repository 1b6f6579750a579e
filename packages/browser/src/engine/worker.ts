import { buffersIn } from "@sdtt/engine";
import type { Answer, Block, Request } from "@sdtt/engine";
import type { Tensor } from "@sdtt/core";
import type * as Ort from "onnxruntime-web";
import type { OpenRequest } from "./open-request.ts";

/** The worker that ONNX Runtime computes in, so that the page never waits for it. */

// ONNX Runtime wraps float16 in a Float16Array where there is one; tensors here hold the bits.
Reflect.deleteProperty(globalThis, "Float16Array");

const sessions = new Map<number, Ort.InferenceSession>();
const blocks = new Map<number, Tensor>();
let ort: typeof Ort;

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
    case "compile":
      sessions.set(request.session, await ort.InferenceSession.create(request.model, request.settings));
      return;
    case "run":
      return run(request);
    case "release":
      await sessions.get(request.session)!.release();
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

/** Each build is a download of its own: that with WebGPU is twice as large as the plain one. */
async function open({ device, threads, model }: OpenRequest): Promise<void> {
  ort = await (device === "webgpu" ? import("onnxruntime-web/webgpu") : import("onnxruntime-web/wasm"));
  ort.env.logLevel = "fatal";
  ort.env.wasm.numThreads = threads;
  // Loads the WebAssembly now, while the weights are fetched.
  await (await ort.InferenceSession.create(model, { executionProviders: ["wasm"] })).release();
}

async function run({ session, inputs, outputs }: Extract<Request, { kind: "run" }>): Promise<unknown> {
  const feeds = inputs.map(([name, input]) => [name, toOrt("block" in input ? elementsOf(input) : input)]);
  const names = outputs.map(([name]) => name);
  const results = await sessions.get(session)!.run(Object.fromEntries(feeds), names);
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

function toOrt({ dtype, shape, data }: Tensor): Ort.Tensor {
  return new ort.Tensor(dtype as never, data as never, shape);
}

function fromOrt({ type, dims, data }: Ort.Tensor): Tensor {
  return { dtype: type as Tensor["dtype"], shape: dims, data: data as never };
}
