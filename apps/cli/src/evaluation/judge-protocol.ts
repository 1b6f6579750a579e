import { idsReading, textReading } from "@sdtt/eval";
import type { Reading } from "@sdtt/eval";
import type { Tokenizer } from "@sdtt/tokenizer";
import { Option } from "commander";
import type { CausalLanguageModel } from "sdtt";

/** How a judge reads texts. */
export type JudgeProtocol = Reading["name"];

export function protocolOption(): Option {
  return new Option(
    "--protocol <name>",
    "how the judge reads texts: ids as they are, or decoded and encoded again by its own tokenizer",
  )
    .choices(["ids", "text"])
    .default("ids");
}

/**
 * How a judge reads the texts of a model.
 *
 * @throws SdttError `usage` for a judge of another vocabulary under `ids`.
 */
export function readingFor(
  protocol: JudgeProtocol,
  {
    judge,
    model,
  }: {
    readonly judge: Pick<CausalLanguageModel, "name" | "tokenizer" | "network">;
    readonly model: { readonly name: string; readonly tokenizer: Tokenizer };
  },
): Reading {
  if (protocol === "ids") return idsReading({ judge, model });
  const { maxLength } = judge.network;
  return textReading({ judge: judge.tokenizer, model: model.tokenizer, maxLength });
}
