import type { Tensor } from "@sdtt/core";
import { input, serialize } from "@sdtt/graph";
import type { Weights } from "@sdtt/graph";
import { evaluateProgram, fixtureNumbers, readFixture } from "@sdtt/testing";
import { expect, test } from "vitest";
import { causalHidden } from "./causal.ts";
import { headOf } from "./config.ts";
import type { CausalDescription } from "./config.ts";
import { tokenLogits } from "./heads.ts";
import { declareParameters } from "./parameter-source.ts";
import { causalParameters } from "./parameters.ts";

// The sizes of the fixture that Transformers' GPT-2 made: fixtures/gpt2/make-fixture.py.
const model: CausalDescription = {
  family: "gpt2",
  config: { vocabSize: 101, hiddenSize: 32, blockCount: 2, headCount: 4, length: 32 },
};

test("gives the logits and hidden states of Transformers' GPT-2", async () => {
  const stored = readFixture("gpt2/model.safetensors");
  const weights: Weights = new Map(
    causalParameters(model).map(({ name, shape }) => {
      const found = stored.get(name) as Tensor;
      expect(found.shape, name).toEqual(shape);
      return [name, { dtype: found.dtype, shape, source: { tensor: found } }];
    }),
  );
  const parameters = declareParameters(causalParameters(model), { weights });
  const hidden = causalHidden({
    model,
    parameters,
    tokens: input("tokens", "int64", ["batch", "length"]),
    rows: input("rows", "int64", ["rows"]),
  });
  const logits = tokenLogits({ config: headOf(model), parameters, hidden });
  const expected = readFixture("gpt2/expected.safetensors");
  const tokens = expected.get("tokens") as Tensor<"int64">;
  const rows = BigInt64Array.from(tokens.data.keys(), BigInt);
  const found = await evaluateProgram(serialize({ outputs: { hidden, logits }, weights }), {
    tokens,
    rows: { dtype: "int64", shape: [rows.length], data: rows },
  });
  for (const name of ["hidden", "logits"] as const) {
    const values = fixtureNumbers(expected, name);
    expect(found[name]!.data.length).toBe(values.length);
    const differences = values.map((value, i) => Math.abs(value - Number(found[name]!.data[i])));
    expect(Math.max(...differences), name).toBeLessThan(1e-4);
    // Wide enough that the tolerance says something.
    expect(Math.max(...values.map(Math.abs)), name).toBeGreaterThan(2);
  }
});
