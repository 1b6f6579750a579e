import { SdttError } from "@sdtt/core";
import { asObject, configCandidates } from "./config-candidates.ts";
import type { ConfigObject } from "./config-candidates.ts";
import { gpt2Dialect } from "./gpt2.ts";
import { hydraDialect } from "./hydra.ts";
import type { ModelClaims } from "./model-claims.ts";
import { seddDialect } from "./sedd.ts";
import { transformersDialect } from "./transformers.ts";

const dialects = [hydraDialect, transformersDialect, seddDialect, gpt2Dialect] as const;

/**
 * What a config says of its model, whichever way it is written.
 *
 * @param where the config's path, for messages.
 * @throws SdttError `format` if it is written in no known way or a value is not what it should be; `checkpoint` if it
 *   describes a model that cannot be run here.
 */
export function readConfig(config: unknown, where: string): ModelClaims {
  for (const candidate of configCandidates(config)) {
    const dialect = dialects.find((written) => written.matches(candidate));
    if (!dialect) continue;
    if (dialect !== gpt2Dialect) assertKnownType(candidate, where);
    return dialect.read(candidate, where);
  }
  const { model_type } = asObject(config);
  const stated = typeof model_type === "string" ? ` It says model_type ${JSON.stringify(model_type)}.` : "";
  throw new SdttError(
    "format",
    `${where} is no config that we know: SDTT's has "parameterization" or "algo", MDLM's model_type "mdlm", SEDD's "graph" and "tokens", GPT-2's model_type "gpt2".${stated}`,
  );
}

/** Whether it is written in a known way, right or wrong. */
export function isModelConfig(config: unknown): boolean {
  return configCandidates(config).some((candidate) => dialects.some((written) => written.matches(candidate)));
}

/** SDTT's and SEDD's configs have no `model_type`. A BD3-LM comes here only with one block, and is an MDLM. */
function assertKnownType({ model_type: type }: ConfigObject, where: string): void {
  if (typeof type !== "string" || /^(mdlm|bd3lm)$/i.test(type)) return;
  throw new SdttError(
    "checkpoint",
    `${where} describes a model of model_type ${JSON.stringify(type)}, though it is written as an MDLM's; only those of model_type "mdlm" can be run. Use the code that it was trained with.`,
  );
}
