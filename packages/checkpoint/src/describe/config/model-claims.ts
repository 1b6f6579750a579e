import { SdttError } from "@sdtt/core";
import type { ModelFamily } from "@sdtt/models";
import { z } from "zod";

/** A number that a config states, and the key it stands at. */
export interface Claim {
  readonly value: number;
  readonly key: string;
}

/** What a config says of its model: it confirms what the tensors show, and tells what they do not. */
export interface ModelClaims {
  readonly family: ModelFamily;
  readonly timeConditioning: boolean;
  readonly vocabSize?: Claim | undefined;
  readonly hiddenSize?: Claim | undefined;
  readonly blockCount?: Claim | undefined;
  readonly headCount?: Claim | undefined;
  readonly conditionSize?: Claim | undefined;
  /** Of a noise input; only our own configs have one. */
  readonly noiseSize?: Claim | undefined;
  readonly length?: Claim | undefined;
  /** Whether training texts began with the end-of-text token, where that is not as the family usually has it. */
  readonly bos?: boolean | undefined;
  /** The tokenizer's name or path, as the training was told it. */
  readonly tokenizerName?: string | undefined;
}

/** One way to write a config down. */
export interface ConfigDialect {
  /** Whether this object is written that way. */
  matches(config: Readonly<Record<string, unknown>>): boolean;
  /**
   * @param where the config's path, for messages.
   * @throws SdttError `format` if a value is not what it should be; `checkpoint` if no such model can be run here.
   */
  read(config: unknown, where: string): ModelClaims;
}

/** Hydra leaves `${...}` where a value refers to another one, and null where there is none: neither claims anything. */
function withoutReferences(value: unknown): unknown {
  return value === null || (typeof value === "string" && value.includes("${")) ? undefined : value;
}

export const optionalSize: z.ZodType<number | undefined> = z.preprocess(
  withoutReferences,
  z.int().positive().optional(),
);
export const optionalFlag: z.ZodType<boolean | undefined> = z.preprocess(
  withoutReferences,
  z.boolean().optional(),
);
export const optionalName: z.ZodType<string | undefined> = z.preprocess(
  withoutReferences,
  z.string().optional(),
);

/** A claim, if the config makes it. */
export function claim(value: number | undefined, key: string): Claim | undefined {
  return value === undefined ? undefined : { value, key };
}

/** Validates by a schema; everything that is wrong stands in one line. */
export function parseConfig<T>(schema: z.ZodType<T>, config: unknown, where: string): T {
  const result = schema.safeParse(config);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new SdttError("format", `${where} is not a valid config of a model: ${problems.join("; ")}.`, {
    cause: result.error,
  });
}
