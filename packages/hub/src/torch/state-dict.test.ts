import { expect, test } from "vitest";
import type { PickleKey, PickleValue } from "./pickle/value.ts";
import { findStateDict } from "./state-dict.ts";
import type { TorchTensor } from "./tensor.ts";

const tensor = (key: string, ...shape: number[]): TorchTensor => ({
  kind: "tensor",
  dtype: "float32",
  shape,
  strides: shape.map(() => 1),
  offset: 0,
  storage: { kind: "storage", key, dtype: "float32", length: 100 },
});
const raw = new Map<string, PickleValue>([
  ["a", tensor("a", 2)],
  ["rotary_emb.inv_freq", tensor("f", 8)],
  ["b", tensor("b", 2, 1)],
  ["_extra_state", null],
]);
const checkpoint = (name: string, shadow?: PickleValue): PickleValue =>
  new Map<string, PickleValue>([[name, raw], ...(shadow === undefined ? [] : [["ema", shadow] as const])]);
const average = (...tensors: TorchTensor[]): PickleValue => new Map([["shadow_params", tensors]]);

/** Which storage each name gets its values from. */
const keysOf = (root: PickleValue, weightSet?: "raw" | "ema"): Record<string, string> =>
  Object.fromEntries(
    Array.from(findStateDict(root, "x.ckpt", weightSet), ([name, { storage }]) => [name, storage.key]),
  );

const rawKeys = { a: "a", "rotary_emb.inv_freq": "f", b: "b" };

test.each(["state_dict", "model"])("weights under %s, averages in the order of the parameters", (name) => {
  const root = checkpoint(name, average(tensor("x", 2), tensor("y", 2, 1), tensor("teacher", 9)));
  expect(keysOf(root)).toEqual({ a: "x", "rotary_emb.inv_freq": "f", b: "y" });
  expect(keysOf(root, "ema")).toEqual(keysOf(root));
  expect(keysOf(root, "raw")).toEqual(rawKeys);
  expect(keysOf(checkpoint(name))).toEqual(rawKeys);
  expect(keysOf(checkpoint(name, null))).toEqual(rawKeys);
});

test("of a distillation the student counts, and DiDi-Instruct's average of it", () => {
  const student = new Map<string, PickleValue>([
    ["sampling_eps_min", tensor("e")],
    ["backbone.a", tensor("a", 2)],
    ["backbone.b", tensor("b", 2)],
    ["fake_model.a", tensor("f", 2)],
    ["discriminator.a", tensor("d", 2)],
  ]);
  const shadow = average(tensor("x", 2), tensor("y", 2));
  const idlm = new Map<string, PickleValue>([
    ["state_dict", student],
    ["ema", shadow],
  ]);
  expect(keysOf(idlm)).toEqual({ sampling_eps_min: "e", "backbone.a": "x", "backbone.b": "y" });
  const averaged = new Map([
    ...student,
    ["student_ema.a", tensor("s", 2)],
    ["student_ema.b", tensor("t", 2)],
  ] as const);
  const didi = new Map<string, PickleValue>([
    ["state_dict", averaged],
    ["ema", shadow],
  ]);
  expect(keysOf(didi)).toEqual({ "backbone.a": "s", "backbone.b": "t" });
  expect(keysOf(didi, "raw")).toEqual({ sampling_eps_min: "e", "backbone.a": "a", "backbone.b": "b" });
});

test("an opaque EMA leaves the raw weights, and what is opaque elsewhere does not matter", () => {
  const root = new Map<string, PickleValue>([
    ["model", raw],
    ["ema", opaque],
    ["args", opaque],
  ]);
  expect(keysOf(root, "raw")).toEqual(rawKeys);
});

test("a state dict may be the whole object", () => {
  expect(keysOf(raw)).toEqual(rawKeys);
});

const opaque: PickleValue = { kind: "opaque", name: "train.Made" };

test.each<[what: string, root: PickleValue, weightSet: "ema" | undefined, message: RegExp]>([
  ["an opaque whole", opaque, undefined, /In x\.ckpt, its object is an object of "train\.Made"/],
  ["an opaque state dict", new Map([["state_dict", opaque]]), undefined, /state_dict is an object of/],
  [
    "an opaque weight",
    new Map([["model", new Map([["a", opaque]])]]),
    undefined,
    /model\["a"\] is an object of/,
  ],
  [
    "an opaque name",
    new Map([["model", new Map<PickleKey, PickleValue>([[opaque as PickleKey, tensor("a")]])]]),
    undefined,
    /the name of a tensor of model is an object of/,
  ],
  // The default is the average, which is there and cannot be read.
  [
    "an opaque EMA",
    new Map<string, PickleValue>([
      ["model", raw],
      ["ema", opaque],
    ]),
    undefined,
    /ema is an object of.*ask for the raw/,
  ],
  [
    "opaque averages",
    checkpoint("model", new Map([["shadow_params", opaque]])),
    "ema",
    /ema\.shadow_params is an/,
  ],
  [
    "an opaque average",
    checkpoint("model", new Map([["shadow_params", [tensor("x", 2), opaque]]])),
    undefined,
    /ema\.shadow_params\[1\] is an object of/,
  ],
  ["no average", checkpoint("state_dict"), "ema", /x\.ckpt holds no EMA weights/],
  [
    "an average too short",
    checkpoint("state_dict", average(tensor("x", 2))),
    undefined,
    /number 2 of 1, for "b" of shape \[2, 1\], is missing/,
  ],
  [
    "an average of another shape",
    checkpoint("state_dict", average(tensor("x", 2), tensor("y", 1, 2))),
    undefined,
    /number 2 of 2, for "b" of shape \[2, 1\], has shape \[1, 2\]/,
  ],
  [
    "no tensors",
    new Map<string, PickleValue>([["epoch", 3]]),
    undefined,
    /no state dict: .* a dict of "epoch"/,
  ],
  ["keys of objects", new Map<PickleKey, PickleValue>([[[1, 2], 3]]), undefined, /a dict of "an object"/],
  ["no dict", [tensor("x")], undefined, /no state dict: its object is no dict/],
])("%s is told", (_what, root, weightSet, message) => {
  expect(() => findStateDict(root, "x.ckpt", weightSet)).toThrow(message);
});
