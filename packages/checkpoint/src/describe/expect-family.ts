import { SdttError } from "@sdtt/core";
import { isCausal } from "@sdtt/models";
import type { CausalDescription, DenoiserDescription, ModelDescription } from "@sdtt/models";

interface Described<Description extends ModelDescription = ModelDescription> {
  readonly description: Description;
}

/** The checkpoint, if it holds a diffusion model. Throws `checkpoint` otherwise; `name` is what messages call it. */
export function expectDenoiser<Checkpoint extends Described>(
  checkpoint: Checkpoint,
  name: string,
): Checkpoint & Described<DenoiserDescription> {
  const { description } = checkpoint;
  if (!isCausal(description)) return { ...checkpoint, description };
  throw new SdttError(
    "checkpoint",
    `${name} is an autoregressive model; expected a diffusion model of the SDTT, MDLM or SEDD family. It can write with \`sdtt sample\`, judge texts and be compared with.`,
  );
}

/** The checkpoint, if it holds an autoregressive model. Throws `checkpoint` otherwise. */
export function expectCausal<Checkpoint extends Described>(
  checkpoint: Checkpoint,
  name: string,
): Checkpoint & Described<CausalDescription> {
  const { description } = checkpoint;
  if (isCausal(description)) return { ...checkpoint, description };
  throw new SdttError(
    "checkpoint",
    `${name} is a diffusion model of the family ${description.family}; expected an autoregressive one: a GPT-2, or one that \`sdtt train --family ar\` makes.`,
  );
}
