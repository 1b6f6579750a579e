import { alone, createResourceStack, createStream } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import { createDenoiser, checkPrecision } from "@sdtt/runtime";
import type { ResidentWeights } from "@sdtt/runtime";
import { learningRateAt } from "../../optimizer/schedule.ts";
import type { Deal } from "../../ranks/deal.ts";
import { checkBlocks, checkDevice, checkTraining } from "../../training/check-training.ts";
import { createMicroStep } from "../../training/micro-step.ts";
import type { MicroBatch } from "../../training/micro-batch.ts";
import { createTaskMeter } from "../../training/task-meter.ts";
import type { TaskMeter } from "../../training/task-meter.ts";
import { createUpdates, updateTogether } from "../../training/updates.ts";
import type { MethodContext, MethodStep } from "../method.ts";
import { createTeacherDistance } from "../teacher-distance.ts";
import { fakeObjective, studentObjective } from "./objectives.ts";
import { pairedBatches } from "./paired-batches.ts";
import type { Trio } from "./paired-batches.ts";

export interface IdlmStepOptions extends MethodContext {
  readonly fakeLearningRate: number | undefined;
  readonly fakeRegularization: number;
  readonly reverseSteps: number | undefined;
  readonly teacherTemperature: number;
}

/**
 * Inverse distillation (IDLM, ICML 2026): the student learns to write what the teacher finds likely, against a fake that
 * learns what the student writes. Both gradients of an update are taken at the weights before it, on the same texts.
 */
export async function openIdlm(options: IdlmStepOptions): Promise<MethodStep> {
  checkTraining(options);
  const { engine, model, state, source, microBatchSize, dropout, recompute, dtype, teacher } = options;
  checkDevice(engine);
  checkPrecision(engine, dtype);
  const fake = options.companions["fake"]!;
  const { length } = source;
  const random = createStream(options.seed);
  await using opened = createResourceStack();
  const denoiser = (weights: ResidentWeights) => createDenoiser({ engine, description: model, weights });
  const networks: Trio = {
    student: opened.use(await denoiser(state.views("weights"))),
    fake: opened.use(await denoiser(fake.views("weights"))),
    teacher: opened.use(await denoiser(teacher)),
  };
  const { fakeRegularization, teacherTemperature } = options;
  const ofStudent = studentObjective(teacherTemperature);
  const batches = { ...options, config: model.config, length, heldToTeacher: fakeRegularization > 0 };

  const program = { engine, model, batch: microBatchSize, length, recompute, matrixDtype: dtype };
  const student = {
    microStep: opened.use(
      await createMicroStep({
        ...program,
        dropout,
        state,
        objective: ofStudent,
        networks: { fake: fake.views("weights"), teacher },
      }),
    ),
    updates: opened.use(await createUpdates(engine, state, options.optimizer, options.ranks)),
  };
  const { learningRate } = options.optimizer;
  const fakeRate = { ...learningRate, peak: options.fakeLearningRate ?? learningRate.peak };
  const faker = {
    microStep: opened.use(
      await createMicroStep({
        ...program,
        dropout,
        state: fake,
        objective: fakeObjective(fakeRegularization, teacherTemperature),
        networks: { student: state.views("weights"), teacher },
      }),
    ),
    updates: opened.use(
      await createUpdates(engine, fake, { ...options.optimizer, learningRate: fakeRate }, options.ranks),
    ),
  };

  /** The student's loss under the averages, and how far that student is from the teacher. */
  async function openMeters(): Promise<{ loss: TaskMeter; distance: TaskMeter }> {
    const averages = {
      ...networks,
      student: owned.use(await denoiser(state.views("average"))),
      fake: owned.use(await denoiser(fake.views("average"))),
    };
    const meter = { ...program, state, random };
    const loss = await createTaskMeter({
      ...meter,
      task: {
        objective: ofStudent,
        networks: { fake: fake.views("average"), teacher },
        async *microBatches(blocks, { noise, teacher: draws, deal, signal }) {
          const pairs = pairedBatches({ ...batches, networks: averages }, blocks, {
            noise,
            draws,
            deal,
            signal,
          });
          for await (const [own] of pairs) yield own;
        },
      },
    });
    const distance = await createTeacherDistance({ ...options, ...meter, denoiser: networks.teacher });
    return { loss: owned.use(loss), distance: owned.use(distance) };
  }

  const owned = opened.move();
  let meters: Awaited<ReturnType<typeof openMeters>> | undefined;
  return {
    async update(progress, signal) {
      const { step } = progress;
      const deal = options.ranks ?? alone;
      const blocks = await source.read(options.order.at(step));
      checkBlocks(blocks, model.config);
      const [noise, draws] = [random.child("noise").child(step), random.child("student").child(step)];
      const pairs = pairedBatches({ ...batches, networks }, blocks, { noise, draws, deal, signal });
      const masks = random.child("dropout").child(step);
      const [own, ofFake] = await updateTogether([student, faker], withDropout(pairs, masks, deal), {
        progress,
        signal,
      });
      return {
        ...own!,
        learningRate: learningRateAt(learningRate, progress.optimizerStep + 1),
        companions: { fake: { loss: ofFake!.loss, gradientNorm: ofFake!.gradientNorm } },
      };
    },
    async measure(blocks, { signal } = {}) {
      meters ??= await openMeters();
      return {
        loss: await meters.loss.measure(blocks, signal),
        distance: await meters.distance.measure(blocks, signal),
      };
    },
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}

/** Gives each micro-batch the seed of its masks. */
async function* withDropout(
  pairs: AsyncIterable<readonly MicroBatch[]>,
  stream: RandomStream,
  { rank, size }: Deal,
): AsyncGenerator<MicroBatch[]> {
  let number = rank;
  for await (const pair of pairs) {
    const first = number * pair.length;
    yield pair.map((micro, i) => ({ ...micro, dropoutSeed: stream.uint32(first + i) }));
    number += size;
  }
}
