import { revealOrders } from "@sdtt/scheduler";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fromFragment, toFragment } from "./permalink.ts";
import { defaultSettings, ranges, samplerChoices } from "./settings.ts";

test("any settings come back from their link", () => {
  const within = ([min, max]: readonly [number, number]) => fc.integer({ min, max });
  const fraction = ([min, max]: readonly [number, number]) => fc.double({ min, max, noNaN: true });
  const settings = fc.record({
    text: fc.string({ unit: "grapheme" }),
    length: within(ranges.length),
    steps: within(ranges.steps),
    sampler: fc.constantFrom(...samplerChoices),
    order: fc.option(fc.constantFrom(...revealOrders), { nil: undefined }),
    correctorSteps: fc.option(within(ranges.correctorSteps), { nil: undefined }),
    eta: fraction(ranges.eta).map((value) => value + 0),
    gamma: fraction(ranges.gamma).map((value) => value + 0),
    blocks: within(ranges.blocks),
    guidance: fraction(ranges.guidance).map((value) => value + 0),
    temperature: fc.option(
      fraction(ranges.temperature).map((value) => value + 0),
      { nil: undefined },
    ),
    topP: fc.option(
      fraction(ranges.topP).map((value) => value + 0),
      { nil: undefined },
    ),
    seed: within(ranges.seed),
    model: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
    beside: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(settings, (settings) => {
      expect(fromFragment(`#${toFragment(settings)}`)).toEqual(settings);
    }),
    { seed: 3 },
  );
});

test("what nobody could have set is left as it is", () => {
  const linked = fromFragment(
    "#text=a&steps=0&length=3.5&sampler=magic&order=first&correctorSteps=-4&eta=2&gamma=-1&blocks=1&guidance=-1&temperature=NaN&topP=&seed=-1&other=1",
  );
  expect(linked).toEqual({ ...defaultSettings, text: "a" });
});

test("an address without a text says nothing", () => {
  expect(["", "#", "#steps=4"].map(fromFragment)).toEqual([undefined, undefined, undefined]);
});
