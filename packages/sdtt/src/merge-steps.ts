import type { TextSample, TextSampleStep } from "@sdtt/language-model";

/** A part of the texts of a request, as it is written. */
export interface Share {
  /** The number of its first text among all. */
  readonly start: number;
  readonly steps: AsyncGenerator<TextSampleStep, TextSample>;
}

/** How far a share is. */
interface Progress extends Share {
  next: IteratorResult<TextSampleStep, TextSample>;
  /** Of its texts, as the last event left them. */
  state: Pick<TextSampleStep, "tokens" | "ends">;
  passes: number;
}

/**
 * The events of texts that are written in parts at the same time, as if they were written together: one event for each step
 * that reveals anything, in the order of steps, with all texts in it.
 */
export async function* mergeSteps(
  shares: readonly Share[],
  maskId: number,
): AsyncGenerator<TextSampleStep, TextSample> {
  const parts = await Promise.all(
    shares.map(async (share): Promise<Progress> => {
      const next = await share.steps.next();
      const state = next.done ? next.value : beforeFirst(next.value, maskId);
      return { ...share, next, state, passes: 0 };
    }),
  );
  let passes = 0;
  for (;;) {
    const waiting = parts.flatMap(({ next }) => (next.done ? [] : [next.value]));
    if (waiting.length === 0) break;
    const step = Math.min(...waiting.map((event) => event.step));
    const revealed: TextSampleStep["revealed"][number][] = [];
    const moved: Progress[] = [];
    let together = 0;
    for (const part of parts) {
      if (part.next.done || part.next.value.step !== step) continue;
      const event = part.next.value;
      for (const token of event.revealed) revealed.push({ ...token, sample: part.start + token.sample });
      together = Math.max(together, event.passes - part.passes);
      part.passes = event.passes;
      part.state = event;
      moved.push(part);
    }
    passes += together;
    const steps = Math.max(...waiting.map((event) => event.steps));
    const { tokens, ends } = joined(parts.map(({ state }) => state));
    yield { step, steps, passes, revealed, tokens, ends };
    await Promise.all(moved.map(async (part) => (part.next = await part.steps.next())));
  }
  return finish(parts, passes);
}

function finish(parts: readonly Progress[], passes: number): TextSample {
  const results = parts.map(({ next }) => next.value as TextSample);
  // Passes after the last event are those of texts with nothing left to reveal: none, but for samplers that look again.
  const last = Math.max(...results.map((result, i) => result.passes - parts[i]!.passes));
  return {
    ...joined(results),
    texts: results.flatMap(({ texts }) => texts),
    passes: passes + last,
    passesPerText: results.flatMap(({ passesPerText }) => passesPerText),
    seed: results[0]!.seed,
  };
}

function joined(states: readonly Pick<TextSampleStep, "tokens" | "ends">[]) {
  return { tokens: states.flatMap(({ tokens }) => tokens), ends: states.flatMap(({ ends }) => ends) };
}

/** The texts as they were before an event: its tokens masked again. An end that it wrote was none. */
function beforeFirst({ tokens, ends, revealed }: TextSampleStep, maskId: number): Progress["state"] {
  const before = tokens.map((ids) => ids.slice());
  for (const { sample, position } of revealed) before[sample]![position] = maskId;
  return {
    tokens: before,
    ends: ends.map((end, i) => (before[i]![end] === tokens[i]![end] ? end : before[i]!.length)),
  };
}
