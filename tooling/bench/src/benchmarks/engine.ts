import { tensor } from "@sdtt/core";
import { add, input, scalar, serialize } from "@sdtt/graph";
import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import { createDenoiser, createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import type { Benchmark } from "../benchmark.ts";
import { halfwayStep, randomDitSmall } from "../dit-small.ts";
import { contestant, medianRatio, medianSeconds, race } from "../harness/race.ts";

export const engine: Benchmark = {
  summary: "the same work through ONNX Runtime's C API and through its JavaScript binding in a worker",
  async run({ threads, cache, rounds }) {
    const { path } = await randomDitSmall(cache);
    await using cApi = await createEngine({ engine: "c-api", threads });
    await using binding = await createEngine({ engine: "binding", threads });
    const rows = [];
    for (const [work, load] of Object.entries(works(path))) {
      await using stack = new AsyncDisposableStack();
      const [c, b] = await race(
        [contestant("c-api", await load(cApi, stack)), contestant("binding", await load(binding, stack))],
        rounds,
      );
      rows.push({
        work,
        "c-api ms": medianSeconds(c!) * 1e3,
        "binding ms": medianSeconds(b!) * 1e3,
        "c-api / binding": medianRatio(c!, b!),
      });
    }
    return { rows };
  },
};

/** Loads a piece of work into an engine; what is to be disposed of goes on the stack. */
type Load = (engine: Engine, stack: AsyncDisposableStack) => Promise<() => Promise<unknown>>;

function works(path: string): Readonly<Record<string, Load>> {
  return {
    "100 calls with 1 number in and out": calls(100, 1),
    "1 call with 16 MB in and out": calls(1, 4e6),
    "1 step of DiT-small": async (engine, stack) => {
      const checkpoint = expectDenoiser(await openCheckpoint({ path }), path);
      const denoiser = stack.use(await createDenoiser({ engine, ...checkpoint }));
      const request = halfwayStep();
      return () => denoiser.draw(request);
    },
  };
}

/** Adds one to so many numbers: next to nothing to compute, so that the call itself is what is measured. */
function calls(times: number, size: number): Load {
  return async (engine, stack) => {
    const outputs = { y: add(input("x", "float32", [size]), scalar("float32", 1)) };
    const session = stack.use(await engine.load(serialize({ outputs, weights: new Map() })));
    const feeds = { x: tensor("float32", [size], new Float32Array(size)) };
    return async () => {
      for (let call = 0; call < times; call++) await session.run({ feeds });
    };
  };
}
