import { parentPort } from "node:worker_threads";
import type { Tensor } from "@sdtt/core";
import type { Answer, Block, Request } from "@sdtt/engine";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { buffersIn } from "./messages.ts";

/**
 * The thread that onnxruntime-node runs in, since its run() blocks the thread that calls it. Imports nothing but types,
 * this folder and onnxruntime-node: what resolves the packages' sources in the main thread may be absent here.
 */

// onnxruntime-node wraps float16 in a Float16Array where there is one, and then takes its length for 0.
Reflect.deleteProperty(globalThis, "Float16Array");

const sessions = new Map<number, InferenceSession>();
const blocks = new Map<number, Tensor>();
const port = parentPort!;

port.on("message", async (request: Request) => {
  let answer: Answer;
  try {
    answer = { value: await handle(request) };
  } catch (error) {
    answer = { error: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(answer, buffersIn(answer));
  if (request.kind === "close") port.close();
});
port.postMessage({ value: "ready" } satisfies Answer);

async function handle(request: Request): Promise<unknown> {
  switch (request.kind) {
    case "compile":
      sessions.set(request.session, await InferenceSession.create(request.model, request.settings));
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

async function run({ session, inputs, outputs }: Extract<Request, { kind: "run" }>): Promise<unknown> {
  const feeds = inputs.map(([name, input]) => [name, toOrt("block" in input ? elementsOf(input) : input)]);
  const fetches = outputs.map(([name, target]) => [name, target && toOrt(elementsOf(target))]);
  const results = await sessions.get(session)!.run(Object.fromEntries(feeds), Object.fromEntries(fetches));
  const returned = outputs.filter(([, target]) => target === null);
  return Object.fromEntries(returned.map(([name]) => [name, fromOrt(results[name]!)]));
}

function elementsOf({ block, offset, shape }: Block): Tensor {
  const { dtype, data } = blocks.get(block)!;
  const count = shape.reduce((product, size) => product * size, 1);
  return { dtype, shape, data: data.subarray(offset, offset + count) };
}

function copyOf(tensor: Tensor): Tensor {
  return { ...tensor, data: tensor.data.slice() };
}

function toOrt({ dtype, shape, data }: Tensor): OrtTensor {
  return new OrtTensor(dtype as never, data as never, shape);
}

function fromOrt({ type, dims, data }: OrtTensor): Tensor {
  return { dtype: type as Tensor["dtype"], shape: dims, data: data as never };
}
