import { parseTemplate } from "@sdtt/browser";
import type { LoadedModel, TextSampleOptions, TextSampleStep } from "@sdtt/browser";
import { planTexts, tellText, withSamplingDefaults } from "@sdtt/language-model";
import type { PlannedTexts } from "@sdtt/language-model";
import { rewrites } from "@sdtt/scheduler";
import { ApiFailure } from "../api/api-failure.ts";
import type { Client, DenoiseRequest } from "../api/client.ts";
import type { LocalModels } from "./local-models.ts";

/** Answers as the server would, from models in this page. */
export function createLocalClient(models: LocalModels): Client {
  return {
    async listModels() {
      const listed = await models.list().catch((cause: unknown) => {
        throw new ApiFailure(0, "The list of models beside this page cannot be loaded.", { cause });
      });
      // The first is what the page writes with unless told: nobody should have to wait for it later.
      using _ = await models.borrow(listed[0]!.id);
      return [...listed];
    },
    async *denoise({ model: id, ...request }, signal) {
      using borrowed = await models.borrow(id);
      const { model } = borrowed;
      const options = optionsOf(request, signal);
      const asked = withSamplingDefaults(options, model.samplingDefaults);
      const { texts, endsFrom } = planTexts(asked, model);
      const { tokenizer } = model;
      const template = layOut(texts, tokenizer.maskId);
      const { steps, correctorSteps = 0 } = asked;
      yield* tellText({
        template,
        steps: steps === undefined ? undefined : steps + correctorSteps,
        masksAgain: rewrites({ sampler: request.sampler, correctorSteps }),
        passesPerStep: options.guidance ? 2 : 1,
        written: writtenBy(model, options, template),
        tokenizer,
        endsFrom,
      });
    },
  };
}

type Body = Omit<DenoiseRequest, "model">;

/** A request of the endpoint as the library takes it. */
function optionsOf(
  { template, top_p, ignore_eos, corrector_steps, ...others }: Body,
  signal: AbortSignal,
): TextSampleOptions {
  return {
    ...others,
    ...(template === undefined ? {} : { template: parseTemplate(template) }),
    // The slider goes down to what the library calls a temperature of 0.
    ...(top_p === 0 ? { temperature: 0 } : { topP: top_p }),
    ignoreEos: ignore_eos,
    correctorSteps: corrector_steps,
    signal,
  };
}

/** What is given at the beginning of a text, and masks after it. */
function layOut({ length, template }: PlannedTexts["texts"], maskId: number): Int32Array {
  const ids = new Int32Array(length).fill(maskId);
  ids.set(template);
  return ids;
}

async function* writtenBy(model: LoadedModel, options: TextSampleOptions, template: Int32Array) {
  const { maskId } = model.tokenizer;
  let before = template;
  for await (const { step, steps, revealed, tokens } of model.stream(options)) {
    const [after] = tokens;
    const isRevealed = new Set(revealed.map(({ position }) => position));
    // What was drawn again was masked for it.
    const remasked = [...before.keys()].filter(
      (at) => before[at] !== maskId && (after![at] === maskId || isRevealed.has(at)),
    );
    before = after!.slice();
    yield { step, steps, remasked, ...columnsOf(revealed) };
  }
}

function columnsOf(revealed: TextSampleStep["revealed"]) {
  return {
    positions: revealed.map(({ position }) => position),
    ids: revealed.map(({ id }) => id),
    logProbs: revealed.map(({ logProb }) => logProb),
  };
}
