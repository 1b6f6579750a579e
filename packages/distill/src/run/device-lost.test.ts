import { isSdttError, SdttError } from "@sdtt/core";
import { createEngine } from "@sdtt/runtime";
import type { Engine, ResidentTensor } from "@sdtt/runtime";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { collect, ofKind } from "../testing/collect.ts";
import { smallDistillation } from "../testing/small-run.ts";
import { distill } from "./distill.ts";

/** An engine whose device works for so many runs, then fails them with an error; for ever, or once. */
function failingAfter(engine: Engine, runs: number, error: SdttError, { forGood = true } = {}): Engine {
  let left = runs;
  const use = (): void => {
    if (left > 0 || (left < 0 && !forGood)) return void left--;
    left--;
    throw error;
  };
  const touchy = (resident: ResidentTensor): ResidentTensor =>
    Object.assign(resident, {
      write: ((write) => async (given) => {
        if (left < 0 && forGood) throw error;
        return write(given);
      })(resident.write) satisfies ResidentTensor["write"],
    });
  return {
    ...engine,
    allocate: async (type) => touchy(await engine.allocate(type)),
    async load(program, options) {
      const session = await engine.load(program, options);
      return {
        ...session,
        async run(request) {
          use();
          return session.run(request);
        },
      };
    },
  };
}

const lost = new SdttError("unavailable", "The device was lost, and with it what lay in its memory.");

test("a GPU that is lost leaves a whole checkpoint, from which the run resumes to the same end", async () => {
  await using directory = await temporaryDirectory();
  await using engine = await createEngine({ threads: 1 });
  const expected = ofKind(await collect(distill({ ...smallDistillation(), engine })), "update");

  const options = { ...smallDistillation(), directory: directory.path };
  const failed = collect(distill({ ...options, engine: failingAfter(engine, 60, lost) }));
  await expect(failed).rejects.toBe(lost);

  const events = await collect(distill({ ...options, engine }));
  expect(ofKind(events, "resume")).toHaveLength(1);
  const losses = ofKind(events, "update").map(({ loss }) => loss);
  expect(losses.length).toBeLessThan(expected.length);
  expect(losses).toEqual(expected.slice(-losses.length).map(({ loss }) => loss));
});

test("a micro-batch that does not fit is told apart, with what it takes and what to lower", async () => {
  await using engine = await createEngine({ threads: 1 });
  const full = new SdttError("out-of-memory", "There is no memory left for 3 MiB more.");
  let found: unknown;
  for (let runs = 0; runs < 60 && !isMicroBatch(found); runs++) {
    const on = failingAfter(engine, runs, full, { forGood: false });
    found = await collect(distill({ ...smallDistillation(), engine: on })).catch((error: unknown) => error);
  }
  expect(found).toMatchObject({
    code: "out-of-memory",
    message: expect.stringMatching(
      /^A micro-batch of 2 x 16 tokens did not fit: it takes about .* GiB beside .* GiB for weights and optimizer\. The weights are those before this update; lower microBatchSize, to 1 for a start, or set recompute\. There is no memory left/,
    ),
  });
});

test("WebGPU samples and does not train", async () => {
  await using engine = await createEngine({ threads: 1 });
  const options = { ...smallDistillation(), engine: { ...engine, device: "webgpu" as const } };
  await expect(collect(distill(options))).rejects.toMatchObject({
    code: "unavailable",
    message: "The device webgpu samples and does not train: use cpu or cuda.",
  });
});

function isMicroBatch(error: unknown): boolean {
  return isSdttError(error) && error.message.startsWith("A micro-batch");
}
