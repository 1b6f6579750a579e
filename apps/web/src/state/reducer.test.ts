import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DenoiseEvent, ModelInfo } from "../api/events.ts";
import { cellsAt } from "./cells.ts";
import { reduce } from "./reducer.ts";
import type { Action } from "./reducer.ts";
import { isUnderWay, latestStep } from "./run.ts";
import { initialState } from "./state.ts";
import type { State } from "./state.ts";

const models: ModelInfo[] = [
  {
    id: "student",
    parameters: 1e7,
    maxLength: 128,
    maxSteps: 1024,
    temperature: 0.8,
    topP: 0.9,
    order: "spread",
    correctorSteps: 8,
  },
  {
    id: "teacher",
    parameters: 1e7,
    maxLength: 64,
    maxSteps: 256,
    temperature: 1,
    topP: 1,
    order: "random",
    correctorSteps: 0,
  },
];
const ready = after(initialState(), { type: "catalog", catalog: { status: "ready", models } });

function after(state: State, ...actions: Action[]): State {
  return actions.reduce(reduce, state);
}

const start = (models: string[]): Action => ({ type: "start", models, isPaced: false });
const paced = (models: string[]): Action => ({ type: "start", models, isPaced: true });
const beat = (stride: number): Action => ({ type: "beat", stride });

const word = (position: number) => ({ position, id: position, text: ` ${position}`, probability: 0.5 });

/** A text of four tokens, the first given, written in steps 1 and 3 of 4. */
const events: DenoiseEvent[] = [
  { type: "start", steps: 4, length: 4, given: [{ position: 0, id: 9, text: "It" }] },
  { type: "step", step: 1, steps: 4, revealed: [word(2)] },
  { type: "step", step: 3, steps: 4, revealed: [word(1), word(3)] },
  { type: "done", text: "It 1 2 3", tokens: [9, 1, 2, 3], passes: 2 },
];
const arriving = (run = 0): Action[] =>
  events.map((event, i) => ({ type: "event", run, event, seconds: i / 10 }));
const written = after(ready, start(["student"]), ...arriving());

test("what nobody has set is what the model recommends; what somebody has stays", () => {
  const { temperature, topP, order, correctorSteps } = ready.settings;
  expect([temperature, topP, order, correctorSteps]).toEqual([0.8, 0.9, "spread", 8]);
  const set = after(
    initialState({ ...initialState().settings, temperature: 1.2, order: "random", correctorSteps: 0 }),
    {
      type: "catalog",
      catalog: { status: "ready", models },
    },
  );
  expect(set.settings).toMatchObject({ temperature: 1.2, topP: 0.9, order: "random", correctorSteps: 0 });
});

describe("while a text is written", () => {
  test("the playhead follows, and rests at the end", () => {
    const states = arriving().map((_, i) => after(ready, start(["student"]), ...arriving().slice(0, i + 1)));
    expect(states.map(({ playhead }) => [playhead.step, playhead.mode])).toEqual([
      [0, "following"],
      [1, "following"],
      [3, "following"],
      [4, "resting"],
    ]);
    expect(states.at(-1)!.notice).toBe("Done, in 4 steps: It 1 2 3");
  });

  test("a playhead that was moved stays where it was put", () => {
    const state = after(
      ready,
      start(["student"]),
      ...arriving().slice(0, 2),
      { type: "step", step: 0 },
      ...arriving().slice(2),
    );
    expect(state.playhead).toEqual({ step: 0, mode: "resting" });
  });

  test("stopping keeps what was written, and later events of the others do not revive it", () => {
    const state = after(ready, start(["student", "teacher"]), ...arriving(1), ...arriving(0).slice(0, 2), {
      type: "stop",
    });
    expect(state.runs.map(({ status }) => status)).toEqual(["stopped", "done"]);
    expect(latestStep(state.runs[0]!)).toBe(1);
    expect(state.notice).toBe("Stopped.");
  });

  test("of two texts one may fail: the other continues, and the alert is all that is said", () => {
    const failing = after(ready, start(["student", "teacher"]), {
      type: "failure",
      run: 0,
      failure: { message: "There is no room.", canRetry: true },
    });
    expect([failing.runs.map(isUnderWay), failing.notice]).toEqual([[false, true], "Writing."]);
    expect(after(failing, ...arriving(1)).notice).toBe("");
  });
});

describe("a text that is shown by the clock", () => {
  const shown = ({ playhead, notice }: State) => [playhead.step, playhead.mode, notice];

  test("takes its time, though all of it has arrived", () => {
    const arrived = after(ready, paced(["student"]), ...arriving());
    expect(shown(arrived)).toEqual([0, "writing", "Writing."]);
    expect(shown(after(arrived, beat(1)))).toEqual([1, "writing", "Writing."]);
    expect(shown(after(arrived, beat(1), beat(3)))).toEqual([4, "resting", "Done, in 4 steps: It 1 2 3"]);
  });

  test("waits for what has not arrived, and then does not hurry", () => {
    const waiting = after(ready, paced(["student"]), ...arriving().slice(0, 2), beat(1), beat(1), beat(1));
    expect(shown(waiting)).toEqual([1, "writing", "Writing."]);
    expect(shown(after(waiting, ...arriving().slice(2), beat(1)))).toEqual([2, "writing", "Writing."]);
  });

  test("stays at the step of the slower of two", () => {
    const two = after(ready, paced(["student", "teacher"]), ...arriving(0), ...arriving(1).slice(0, 2));
    expect(shown(after(two, beat(3)))).toEqual([1, "writing", "Writing."]);
  });

  test("is shown at once by who skips, and what is yet to come as it comes", () => {
    const under = after(ready, paced(["student"]), ...arriving().slice(0, 3), { type: "skip" });
    expect(shown(under)).toEqual([3, "following", "Writing."]);
    expect(shown(after(under, ...arriving().slice(3)))).toEqual([4, "resting", "Done, in 4 steps: It 1 2 3"]);
    const all = after(ready, paced(["student"]), ...arriving(), beat(1), { type: "skip" });
    expect(shown(all)).toEqual([4, "resting", "Done, in 4 steps: It 1 2 3"]);
  });

  test("stops where it is", () => {
    const stopped = after(ready, paced(["student"]), ...arriving(), beat(1), { type: "stop" });
    expect(shown(stopped)).toEqual([1, "resting", "Stopped."]);
    expect(stopped.runs[0]!.status).toBe("done");
  });

  test("ends with the failure of the last that was under way", () => {
    const failure = { message: "no", canRetry: true };
    const failed = after(ready, paced(["student"]), { type: "failure", run: 0, failure });
    expect(shown(failed)).toEqual([0, "resting", ""]);
  });

  test("holds the room of words to come only once all of them are known: lines shift once, not with each", () => {
    const rooms = (count: number) =>
      cellsAt(after(ready, paced(["student"]), ...arriving().slice(0, count)).runs[0]!, 0).map((cell) =>
        cell.kind === "masked" ? cell.later?.text : cell.text,
      );
    expect(rooms(3)).toEqual(["It", undefined, undefined, undefined]);
    expect(rooms(4)).toEqual(["It", " 1", " 2", " 3"]);
  });
});

test("what looks like a gap and is none is said when the writing begins", () => {
  const text = "The <mask:4 sat.";
  const state = after(ready, { type: "settings", change: { text } }, paced(["student"]));
  expect(state.notice).toBe("Writing. <mask:4 is not a gap; <mask:4> is one.");
});

test("a long text is not read out to its end", () => {
  const done = { type: "done", text: "word ".repeat(1000), tokens: [], passes: 1 } as const;
  const state = after(ready, start(["student"]), { type: "event", run: 0, event: done, seconds: 1 });
  expect(state.notice.length).toBeLessThan(700);
});

describe("the text at a step", () => {
  const looks = (step: number) =>
    cellsAt(written.runs[0]!, step).map((cell) =>
      cell.kind === "masked" ? "_" : cell.kind === "written" && cell.isFresh ? `${cell.text}!` : cell.text,
    );

  test("is what was revealed by then", () => {
    expect(looks(0)).toEqual(["It", "_", "_", "_"]);
    expect(looks(1)).toEqual(["It", "_", " 2!", "_"]);
    expect(looks(2)).toEqual(["It", "_", " 2", "_"]);
    expect(looks(3)).toEqual(["It", " 1!", " 2", " 3!"]);
  });

  test("knows of a mask what will stand there, and of a word when it came", () => {
    const cells = cellsAt(written.runs[0]!, 2);
    expect(cells[1]).toEqual({ kind: "masked", later: { text: " 1", isEnd: false } });
    expect(cells[2]).toMatchObject({ kind: "written", step: 1, age: 0, probability: 0.5 });
  });
});

describe("the scrubber", () => {
  test("plays from the start when it is at the end, and stops there again", () => {
    let state = after(written, { type: "play" });
    const steps = [state.playhead.step];
    while (state.playhead.mode === "playing") {
      state = after(state, beat(1));
      steps.push(state.playhead.step);
    }
    expect(steps).toEqual([0, 1, 2, 3, 4]);
    expect(after(written, { type: "play" }, { type: "play" }).playhead).toEqual({ step: 0, mode: "resting" });
  });

  test("whatever happens, it lies within what has arrived", () => {
    const action: fc.Arbitrary<Action> = fc.oneof(
      fc.constantFrom(...arriving(), ...arriving(1)),
      fc.record({ type: fc.constant("step" as const), step: fc.integer({ min: -5, max: 50 }) }),
      fc.constantFrom<Action>({ type: "play" }, beat(1), beat(3), { type: "skip" }, { type: "stop" }),
      fc.constantFrom<Action>(start(["student"]), paced(["student"]), paced(["student", "teacher"])),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
        const { playhead, runs } = after(ready, ...actions);
        expect(playhead.step).toBeGreaterThanOrEqual(0);
        expect(playhead.step).toBeLessThanOrEqual(Math.max(0, ...runs.map(latestStep)));
      }),
      { seed: 5 },
    );
  });
});

describe("settings", () => {
  test("take the first model, drop unknown ones, and keep to the limits of those that write", () => {
    expect(ready.settings.model).toBe("student");
    const change = { model: "gone", beside: "teacher", length: 128, steps: 1024 };
    expect(after(ready, { type: "settings", change }).settings).toMatchObject({
      model: "student",
      beside: "teacher",
      length: 64,
      steps: 256,
    });
  });

  test("who picks the model of the other side exchanges the two", () => {
    const pair = after(ready, { type: "settings", change: { beside: "teacher" } });
    for (const change of [{ model: "teacher" }, { beside: "student" }]) {
      const { model, beside } = after(pair, { type: "settings", change }).settings;
      expect([model, beside]).toEqual(["teacher", "student"]);
    }
  });

  test("a model does not write beside itself", () => {
    for (const change of [{ beside: "student" }, { model: "student", beside: "student" }]) {
      const { model, beside } = after(ready, { type: "settings", change }).settings;
      expect([model, beside]).toEqual(["student", undefined]);
    }
  });
});
