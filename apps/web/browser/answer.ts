import type { Page, Route } from "playwright-core";
import type { DenoiseEvent, RevealedToken } from "../src/api/events.ts";

export interface Answer {
  /** Tokens. */
  readonly length: number;
  readonly steps: number;
  /** Of the first tokens, in their order. */
  readonly given?: readonly string[];
}

/** The events of a text made up for tests, as many tokens in each step, scattered over it. */
export function eventsOf({ length, steps, given = ["It", " was"] }: Answer): DenoiseEvent[] {
  const reveals = Array.from({ length: steps }, (): RevealedToken[] => []);
  for (let position = given.length; position < length; position++) {
    const step = (position * 7919) % steps;
    reveals[step]!.push({ position, id: position, text: ` word${position % 97}`, probability: 0.5 });
  }
  return [
    {
      type: "start",
      steps,
      length,
      given: given.map((text, position) => ({ position, id: position, text })),
    },
    ...reveals.flatMap((revealed, i) =>
      revealed.length > 0 ? [{ type: "step", step: i + 1, steps, revealed } as const] : [],
    ),
    { type: "done", text: "the text", tokens: [], passes: steps },
  ];
}

/** Answers in the server's place, with the whole of it at once. */
export async function answerWith(page: Page, events: readonly DenoiseEvent[]): Promise<void> {
  const body = events
    .map(({ type, ...data }) => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
    .join("");
  const fulfill = (route: Route) => route.fulfill({ contentType: "text/event-stream", body });
  await page.route("**/v1/denoise", fulfill);
}
