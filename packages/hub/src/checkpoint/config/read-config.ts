import { SdttError } from "@sdtt/core";
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
  const root = isObject(config) ? config : {};
  // Lightning keeps the arguments of the module's constructor, of which the config is one.
  const candidates = isObject(root["config"]) ? [root, root["config"]] : [root];
  for (const candidate of candidates) {
    const dialect = dialects.find((written) => written.matches(candidate));
    if (dialect) return dialect.read(candidate, where);
  }
  const stated =
    typeof root["model_type"] === "string"
      ? ` It says model_type ${JSON.stringify(root["model_type"])}.`
      : "";
  throw new SdttError(
    "format",
    `${where} is no config that we know: SDTT's has "parameterization", MDLM's model_type "mdlm", SEDD's "graph" and "tokens", GPT-2's model_type "gpt2".${stated}`,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
