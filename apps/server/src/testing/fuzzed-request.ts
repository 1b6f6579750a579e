import * as fc from "fast-check";

/** Values that a field may have, that it may nearly have, and that it cannot have. */
const number = fc.oneof(
  fc.integer({ min: -2, max: 70 }),
  fc.double(),
  fc.constantFrom(2 ** 53, 1e308, -0, 0.5),
);
const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(
    "hash",
    "It was",
    "<|endoftext|>",
    "[MASK]",
    "../../etc/passwd",
    "__proto__",
    "a".repeat(5000),
  ),
  fc
    .array(fc.constantFrom("<mask>", "<mask:3>", "<mask:0>", "<mask:999999999>", "a "), { maxLength: 8 })
    .map((parts) => parts.join("")),
);
const value: fc.Arbitrary<unknown> = fc.oneof(
  number,
  text,
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.oneof(text, number, fc.array(number, { maxLength: 4 })), { maxLength: 4 }),
  fc.array(fc.oneof(text, fc.record({ mask: number })), { maxLength: 4 }),
  fc.dictionary(fc.string({ maxLength: 8 }), number, { maxKeys: 3 }),
  fc.jsonValue({ maxDepth: 4 }),
);

const fitting: Record<string, fc.Arbitrary<unknown>> = {
  model: fc.constant("hash"),
  prompt: fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.array(fc.nat(256), { maxLength: 8 })),
  suffix: text,
  template: text,
  length: fc.integer({ min: 1, max: 64 }),
  max_tokens: fc.integer({ min: 1, max: 64 }),
  n: fc.integer({ min: 1, max: 4 }),
  seed: fc.maxSafeNat(),
  steps: fc.integer({ min: 1, max: 64 }),
  temperature: fc.double({ min: 0, max: 2, noNaN: true }),
  top_p: fc.double({ min: 0, max: 1, noNaN: true }),
  top_k: fc.integer({ min: 1 }),
  corrector_steps: fc.integer({ min: 0, max: 8 }),
  add_bos: fc.boolean(),
  ignore_eos: fc.boolean(),
  stop: text,
  stream: fc.boolean(),
  stream_options: fc.record({ include_usage: fc.boolean() }),
  logprobs: fc.constantFrom(null, 2),
  echo: fc.boolean(),
  logit_bias: fc.constantFrom({}, { 1: 2 }),
};
const fields = Object.entries(fitting).map(([name, fits]) =>
  fc.tuple(fc.constant(name), fc.oneof({ weight: 12, arbitrary: fits }, { weight: 1, arbitrary: value })),
);
const json = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .uniqueArray(fc.oneof(...fields), { maxLength: 7, selector: ([name]) => name })
      .map((entries) => JSON.stringify(Object.fromEntries(entries))),
  },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(fc.tuple(fc.string(), value), { maxLength: 3 })
      .map((entries) => JSON.stringify(Object.fromEntries(entries))),
  },
  { weight: 1, arbitrary: value.map((value) => JSON.stringify(value)) },
);
/** What is no JSON, or JSON with a trap. */
const broken = fc.oneof(
  fc.string({ unit: "binary" }),
  json.chain((body) => fc.nat(body.length).map((end) => body.slice(0, end))),
  fc.constantFrom(
    "",
    '{"__proto__": {"n": 1}}',
    '{"constructor": {"prototype": {}}}',
    '{"n": 1, "n": 99}',
    '{"seed": 1e999}',
    "[".repeat(10_000),
    `{"prompt": ${"[".repeat(5000)}${"]".repeat(5000)}}`,
    '{"prompt": "\\ud800"}',
  ),
);

interface FuzzedRequest {
  readonly path: string;
  readonly body: string;
}

/** Bodies for both endpoints: as the schema has them, a little beside it, and far from it. */
export const fuzzedRequest: fc.Arbitrary<FuzzedRequest> = fc.record({
  path: fc.constantFrom("/v1/completions", "/v1/denoise"),
  body: fc.oneof({ weight: 6, arbitrary: json }, { weight: 1, arbitrary: broken }),
});
