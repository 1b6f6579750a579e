/** What distillation codes save beside their student: IDLM's teacher and fake model, DiDi-Instruct's discriminator. */
const companion = /^((teacher|fake_model|discriminator)\..|reward_baseline$)/;

/** The bounds between which BD3-LM's code draws noise levels. They hint at blocks, so that a config has to say there are none. */
const noiseBound = /^sampling_eps_(min|max)$/;

/** The names of a checkpoint without those of companions, if the model itself stands under `backbone.` beside them. */
export function withoutCompanions(names: Iterable<string>): string[] {
  const all = [...names];
  return all.some((name) => name.startsWith("backbone.")) ? all.filter((name) => !companion.test(name)) : all;
}

/** Whether a tensor is one of BD3-LM's bounds, which are no parameters. */
export function isNoiseBound(name: string): boolean {
  return noiseBound.test(name);
}
