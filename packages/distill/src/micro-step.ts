import { SdttError, tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import type { DitConfig } from "@sdtt/models";
import type { Engine, ResidentTensor, ResidentWeights } from "@sdtt/runtime";
import { teacherInputs } from "./programs/objective.ts";
import type { Objective } from "./programs/objective.ts";
import { gradientInput, gradientOutput, stepProgram } from "./programs/step-program.ts";
import type { TrainingState } from "./state/training-state.ts";

/** One micro-batch: what to predict, from what, and what each row counts. */
export interface MicroBatch {
  /** Ids with masks, `[batch * length]`. */
  readonly tokens: Int32Array;
  /** Rows of the loss: masked positions of the flattened grid. */
  readonly rows: Int32Array;
  /** `[rows]` */
  readonly rowWeights: Float32Array;
  /** Denoising: the ids under the masks, `[rows]`. */
  readonly targets?: Int32Array;
  /** Distillation: the teacher's final hidden rows, `[rows, hidden]`, or log-probabilities, `[rows, vocab - 1]`. */
  readonly teacher?: Float32Array;
}

export interface MicroStepOptions {
  readonly engine: Engine;
  readonly config: DitConfig;
  readonly objective: Objective;
  readonly state: TrainingState;
  /** Where the teacher's projection lives, for distillation. */
  readonly teacher?: ResidentWeights;
  readonly batch: number;
  readonly length: number;
}

/** Runs micro-batches: each adds to the gradient and gives its loss. */
export interface MicroStep extends AsyncDisposable {
  run(batch: MicroBatch): Promise<number>;
}

/** Loads forward, loss and backward, bound to the state that it reads and adds to. */
export async function createMicroStep(options: MicroStepOptions): Promise<MicroStep> {
  const { engine, config, objective, state, teacher, batch, length } = options;
  const program = stepProgram({ config, objective, batch, length });
  const session = await engine.load(program);
  const weights = state.views("weights").residents;
  const gradients = state.views("gradient").residents;

  const bound: Record<string, ResidentTensor> = {};
  const into: Record<string, ResidentTensor> = {};
  for (const { name, shape } of program.inputs) {
    const gradientOf = name.startsWith(gradientInput("")) ? name.slice(gradientInput("").length) : undefined;
    const teacherName = teacherInputs[name as keyof typeof teacherInputs] as string | undefined;
    const resident =
      gradientOf === undefined
        ? teacherName === undefined
          ? weights.get(name)
          : teacher?.residents.get(teacherName)
        : gradients.get(gradientOf);
    if (!resident) continue;
    bound[name] = resident.view(0, shape as readonly number[]);
    if (gradientOf !== undefined) into[gradientOutput(gradientOf)] = bound[name];
  }

  return {
    async run(micro) {
      const { loss } = await session.run({
        feeds: { ...bound, ...batchFeeds(micro, { ...options, config }) },
        into,
      });
      return Number(loss!.data[0]);
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

function batchFeeds(
  { tokens, rows, rowWeights, targets, teacher }: MicroBatch,
  { objective, batch, length, config }: Pick<MicroStepOptions, "objective" | "batch" | "length" | "config">,
): Record<string, Tensor> {
  const int64 = (shape: number[], values: Int32Array) =>
    tensor("int64", shape, BigInt64Array.from(values, BigInt));
  const common = {
    tokens: int64([batch, length], tokens),
    rows: int64([rows.length], rows),
    row_weights: tensor("float32", [rows.length], rowWeights),
  };
  if (objective.kind === "denoising") {
    if (!targets) throw new SdttError("usage", "A denoising step needs the ids under the masks.");
    return { ...common, targets: int64([rows.length], targets) };
  }
  if (!teacher) throw new SdttError("usage", "A distillation step needs the teacher's rows.");
  const { target } = objective;
  return target.kind === "hidden"
    ? { ...common, teacher_hidden: tensor("float32", [rows.length, target.hiddenSize], teacher) }
    : { ...common, teacher_log_probs: tensor("float32", [rows.length, config.vocabSize - 1], teacher) };
}
