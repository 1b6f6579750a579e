import { isSdttError } from "@sdtt/core";
import type { Program } from "@sdtt/graph";
import type { Engine, ResidentTensor, ResidentWeights } from "@sdtt/runtime";
import { lossProgram } from "../programs/loss-program.ts";
import { networkInput } from "../programs/objective.ts";
import { gradientInput, gradientOutput, stepProgram } from "../programs/step-program.ts";
import type { StepProgramOptions } from "../programs/student-forward.ts";
import { explainShortage } from "../run/memory.ts";
import type { TrainingState } from "../state/training-state.ts";
import { microBatchFeeds } from "./micro-batch.ts";
import type { MicroBatch } from "./micro-batch.ts";

export interface MicroStepOptions extends StepProgramOptions {
  readonly engine: Engine;
  readonly state: TrainingState;
  /** The other networks that the objective reads parameters of, by their names in its inputs. */
  readonly networks?: Readonly<Record<string, ResidentWeights>> | undefined;
}

/** Runs micro-batches, each giving its loss. */
export interface MicroStep extends AsyncDisposable {
  run(batch: MicroBatch): Promise<number>;
}

/** Forward, loss and backward, bound to the weights that it reads and the gradient that it adds to. */
export async function createMicroStep(options: MicroStepOptions): Promise<MicroStep> {
  const program = stepProgram(options);
  const gradients = options.state.views("gradient").residents;
  const bound = bindParameters(program, options.state.views("weights"), options.networks);
  const into: Record<string, ResidentTensor> = {};
  for (const [parameter, resident] of gradients) {
    const name = gradientInput(parameter);
    const shape = program.inputs.find((input) => input.name === name)?.shape;
    if (!shape) continue;
    bound[name] = resident.view(0, shape as readonly number[]);
    into[gradientOutput(parameter)] = bound[name];
  }
  return loadMicroStep(options, program, bound, into);
}

/** Forward and loss alone, bound to the moving average of the weights. */
export async function createLossMeter(options: MicroStepOptions): Promise<MicroStep> {
  const program = lossProgram(options);
  const bound = bindParameters(program, options.state.views("average"), options.networks);
  return loadMicroStep({ ...options, dropout: 0 }, program, bound, {});
}

async function loadMicroStep(
  options: MicroStepOptions,
  program: Program,
  bound: Readonly<Record<string, ResidentTensor>>,
  into: Readonly<Record<string, ResidentTensor>>,
): Promise<MicroStep> {
  const session = await options.engine.load(program);
  return {
    async run(batch) {
      try {
        const { loss } = await session.run({ feeds: { ...bound, ...microBatchFeeds(batch, options) }, into });
        return Number(loss!.data[0]);
      } catch (error) {
        if (!isSdttError(error) || error.code !== "out-of-memory") throw error;
        throw explainShortage(error, { ...options, microBatchSize: options.batch });
      }
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

/** The inputs of a program that are parameters, of the network in training or of another; of a head, the rows that it takes. */
function bindParameters(
  program: Program,
  own: ResidentWeights,
  networks: Readonly<Record<string, ResidentWeights>> = {},
): Record<string, ResidentTensor> {
  const residents = new Map(own.residents);
  for (const [network, weights] of Object.entries(networks)) {
    for (const [name, resident] of weights.residents) residents.set(networkInput(network, name), resident);
  }
  const bound: Record<string, ResidentTensor> = {};
  for (const { name, shape } of program.inputs) {
    const resident = residents.get(name);
    if (resident) bound[name] = resident.view(0, shape as readonly number[]);
  }
  return bound;
}
