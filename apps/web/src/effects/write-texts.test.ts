import { expect, test } from "vitest";
import { ApiFailure } from "../api/api-failure.ts";
import type { Client } from "../api/client.ts";
import type { Action } from "../state/reducer.ts";
import { defaultSettings } from "../state/settings.ts";
import { writeTexts } from "./write-texts.ts";

const settings = { ...defaultSettings, text: "It was", seed: 7, model: "student", beside: "teacher" };

function clientWith(denoise: Client["denoise"]): Client {
  return { listModels: () => Promise.resolve([]), denoise };
}

test("both models write with the same settings; one may fail", async () => {
  const actions: Action[] = [];
  const asked: object[] = [];
  const client = clientWith(async function* (request) {
    asked.push(request);
    yield { type: "start", steps: 1, length: 1, given: [] };
    if (request.model === "teacher") throw new ApiFailure(429, "no room");
  });
  let time = 0;
  const now = () => (time += 250);
  const { signal } = new AbortController();
  await writeTexts({ client, settings, dispatch: (action) => actions.push(action), signal, now });
  const shared = {
    prompt: "It was",
    length: 64,
    steps: 16,
    seed: 7,
    ignore_eos: true,
  };
  expect(asked).toEqual([
    { model: "student", ...shared },
    { model: "teacher", ...shared },
  ]);
  expect(actions[0]).toEqual({ type: "start", models: ["student", "teacher"], isPaced: false });
  expect(actions).toContainEqual(expect.objectContaining({ type: "event", run: 0, seconds: 0.5 }));
  expect(actions.at(-1)).toEqual({
    type: "failure",
    run: 1,
    failure: { message: "no room", canRetry: true },
  });
});

test("once stopped, nothing more is heard of it", async () => {
  const actions: string[] = [];
  const stop = new AbortController();
  const client = clientWith(async function* () {
    yield { type: "start", steps: 1, length: 1, given: [] };
    stop.abort();
    yield { type: "step", step: 1, steps: 1, revealed: [] };
    throw new Error("aborted");
  });
  const dispatch = ({ type }: Action) => actions.push(type);
  await writeTexts({ client, settings: { ...settings, beside: undefined }, dispatch, signal: stop.signal });
  expect(actions).toEqual(["start", "event"]);
});

test("a server that wants a key, or has other models, is asked again what it has", async () => {
  for (const [status, isAsked] of [
    [401, true],
    [404, true],
    [400, false],
    [0, false],
  ] as const) {
    let asked = false;
    const client = clientWith(async function* () {
      yield { type: "start", steps: 1, length: 1, given: [] };
      throw new ApiFailure(status, "no");
    });
    const { signal } = new AbortController();
    await writeTexts({ client, settings, dispatch: () => {}, onChanged: () => (asked = true), signal });
    expect(asked).toBe(isAsked);
  }
});
