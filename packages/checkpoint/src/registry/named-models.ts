import { SdttError } from "@sdtt/core";
import { modelParameters } from "@sdtt/models";
import type { CausalDescription, DenoiserDescription, DitConfig, ModelDescription } from "@sdtt/models";

/** A published checkpoint with a short name. */
export interface NamedModel<Description extends ModelDescription = ModelDescription> {
  /** What to write for it: `sdtt:kld/7`. */
  readonly name: string;
  /** `organisation/name` on the Hub. */
  readonly repo: string;
  readonly revision: string;
  readonly family: Description["family"];
  /** What it is, in a few words. */
  readonly description: string;
  /** The sizes it is published to have; what counts is what its tensors say. */
  readonly config: Description["config"];
  /** Number of parameters. */
  readonly parameters: number;
  /** Bytes of its weights, in float32. The file is longer by its header, and by its buffers where it has any. */
  readonly size: number;
}

/** The divergences that the small students were distilled with. */
const studentLosses = ["kld", "mse", "tvd"] as const;
/** The sizes of the scaling experiments. */
const scalingSizes = ["sm", "md", "large"] as const;
/** GPT-2 (Radford et al. 2019), by the names that it is published under. */
const gpt2Sizes = [
  { name: "gpt2", hiddenSize: 768, blockCount: 12, headCount: 12 },
  { name: "gpt2-medium", hiddenSize: 1024, blockCount: 24, headCount: 16 },
  { name: "gpt2-large", hiddenSize: 1280, blockCount: 36, headCount: 20 },
  { name: "gpt2-xl", hiddenSize: 1600, blockCount: 48, headCount: 25 },
] as const;
/** Each round doubles the step that a student learns to take at once. */
const distillationRounds = [1, 2, 3, 4, 5, 6, 7] as const;

export type StudentLoss = (typeof studentLosses)[number];
export type ScalingSize = (typeof scalingSizes)[number];
export type DistillationRound = (typeof distillationRounds)[number];

/** The students of the 169 M teacher after each round. The original's `load_small_student`. */
export function smallStudent({
  loss,
  round,
}: {
  loss: StudentLoss;
  round: DistillationRound;
}): NamedModel<DenoiserDescription> {
  checkChoice("loss", loss, studentLosses);
  checkChoice("round", round, distillationRounds);
  return sdttModel({
    name: `sdtt:${loss}/${round}`,
    revision: `baselines_${loss}_step_${round * 10_000}`,
    size: "sm",
    description: `student after round ${round}, distilled with ${loss}`,
  });
}

/** The students of teachers of three sizes. The original's `load_scaling_student`. */
export function scalingStudent({
  size,
  round,
}: {
  size: ScalingSize;
  round: DistillationRound;
}): NamedModel<DenoiserDescription> {
  checkChoice("size", size, scalingSizes);
  checkChoice("round", round, distillationRounds);
  return sdttModel({
    name: `sdtt:scaling/${size}/${round}`,
    revision: `scaling_400k_${size}_step_${round * 10_000}`,
    size,
    description: `student of the ${size} teacher after round ${round}`,
  });
}

/** The teachers of the scaling experiments, trained for 400k steps. The original's `load_scaling_teacher`. */
export function scalingTeacher({ size }: { size: ScalingSize }): NamedModel<DenoiserDescription> {
  checkChoice("size", size, scalingSizes);
  return sdttModel({
    name: `sdtt:teacher/${size}`,
    revision: `teacher_400k_${size}_step_400000`,
    size,
    description: `${size} teacher, trained for 400k steps`,
  });
}

/** The teacher of the small students, trained for a million steps. The original's `load_mdlm_small`. */
export function mdlmSmall(): NamedModel<DenoiserDescription> {
  return sdttModel({
    name: "sdtt:teacher/1m",
    revision: "teacher_1M_sm",
    size: "sm",
    description: "teacher of the small students, trained for 1M steps",
  });
}

/** Every published checkpoint that has a name here, in the order in which to list them. */
export const namedModels: readonly NamedModel[] = [
  ...studentLosses.flatMap((loss) => distillationRounds.map((round) => smallStudent({ loss, round }))),
  ...scalingSizes.flatMap((size) => distillationRounds.map((round) => scalingStudent({ size, round }))),
  ...scalingSizes.map((size) => scalingTeacher({ size })),
  mdlmSmall(),
  namedModel<DenoiserDescription>({
    name: "mdlm",
    repo: "kuleshov-group/mdlm-owt",
    revision: "main",
    family: "mdlm",
    description: "MDLM, trained on OpenWebText",
    config: ditConfig("sm"),
  }),
  ...(["sm", "md"] as const).map((size) => {
    const word = size === "sm" ? "small" : "medium";
    return namedModel<DenoiserDescription>({
      name: `sedd:${word}`,
      repo: `louaaron/sedd-${word}`,
      revision: "main",
      family: "sedd",
      description: `SEDD ${word}, absorbing, trained on OpenWebText`,
      config: { ...ditConfig(size), timeConditioning: true },
    });
  }),
  ...gpt2Sizes.map(({ name, hiddenSize, blockCount, headCount }) =>
    namedModel<CausalDescription>({
      name,
      repo: `openai-community/${name}`,
      revision: "main",
      family: "gpt2",
      description: "GPT-2, autoregressive: a judge of texts and a baseline",
      config: { vocabSize: 50_257, length: 1024, hiddenSize, blockCount, headCount },
    }),
  ),
];

/** @throws SdttError `usage` that lists the choices. */
function checkChoice(what: string, value: string | number, choices: readonly (string | number)[]): void {
  if (!choices.includes(value)) {
    throw new SdttError("usage", `There is no ${what} "${value}"; choose one of ${choices.join(", ")}.`);
  }
}

function sdttModel(facts: {
  name: string;
  revision: string;
  size: ScalingSize;
  description: string;
}): NamedModel<DenoiserDescription> {
  const { size, ...rest } = facts;
  return namedModel<DenoiserDescription>({
    ...rest,
    repo: "jdeschena/sdtt",
    family: "sdtt",
    config: ditConfig(size),
  });
}

function namedModel<Description extends ModelDescription>(
  facts: Omit<NamedModel<Description>, "parameters" | "size">,
): NamedModel<Description> {
  const { family, config } = facts;
  const parameters = modelParameters({ family, config } as ModelDescription)
    .map(({ shape }) => shape.reduce((product, size) => product * size, 1))
    .reduce((sum, count) => sum + count, 0);
  return { ...facts, parameters, size: 4 * parameters };
}

/** The sizes that MDLM, SDTT and SEDD share: GPT-2's vocabulary and the mask, texts of 1024 tokens. */
function ditConfig(size: ScalingSize): DitConfig {
  const shared = { vocabSize: 50_258, conditionSize: 128, length: 1024, timeConditioning: false };
  switch (size) {
    case "sm":
      return { ...shared, hiddenSize: 768, blockCount: 12, headCount: 12 };
    case "md":
      return { ...shared, hiddenSize: 1024, blockCount: 24, headCount: 16 };
    case "large":
      return { ...shared, hiddenSize: 1536, blockCount: 24, headCount: 16 };
  }
}
