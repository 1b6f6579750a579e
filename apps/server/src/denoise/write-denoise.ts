import type { SSEMessage } from "@fastify/sse";
import { rewrites } from "@sdtt/scheduler";
import { tellText } from "sdtt";
import type { TextReveal } from "../batching/text-reveal.ts";
import { submitTexts } from "../served-model.ts";
import type { ServedModel } from "../served-model.ts";
import type { DenoisePlan } from "./plan-denoise.ts";

/** The events of a text that is being written, as `denoiseEvents` describes them. */
export async function* writeDenoise(
  served: ServedModel,
  plan: DenoisePlan,
  signal: AbortSignal,
): AsyncGenerator<SSEMessage, void> {
  const {
    id: model,
    model: { tokenizer },
  } = served;
  const { reveal, seed, setting, endsFrom } = plan;
  // Submitted first: a refusal is then answered with a status.
  const reveals = submitTexts(served, plan, signal);
  const told = tellText({
    template: plan.text.template,
    steps: reveal.steps === undefined ? undefined : reveal.steps + (reveal.correctorSteps ?? 0),
    masksAgain: rewrites(reveal),
    passesPerStep: setting.guidance ? 2 : 1,
    written: stepsOf(reveals),
    tokenizer,
    endsFrom,
  });
  for await (const { type, ...data } of told) {
    yield { event: type, data: type === "start" ? { model, seed, ...data } : data };
  }
}

async function* stepsOf(reveals: ReadableStream<TextReveal>) {
  for await (const { step, steps, revealed } of reveals) yield { ...revealed, step: step + 1, steps };
}
