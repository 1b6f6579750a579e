import { tensor } from "@sdtt/core";
import { constant, input, int8Linear, multiply, serialize } from "@sdtt/graph";
import type { Program } from "@sdtt/graph";
import { expect, test } from "vitest";
import type { Backend, CompileOptions } from "./backend.ts";
import { engineOn } from "./engine-on.ts";

/** A backend whose products of bytes saturate unless it is told otherwise, or never, and a record of what it compiled. */
function recording({ saturates, fails = 0 }: { saturates: boolean; fails?: number }) {
  const compiled: CompileOptions[] = [];
  let failures = fails;
  const backend: Backend<never> = {
    name: "c-api",
    device: "cpu",
    memory: undefined as never,
    compile: async (program, options) => {
      compiled.push(options);
      if (failures-- > 0) throw new Error("no memory left");
      const right = !saturates || options.exactBytes;
      const { name } = program.outputs[0]!;
      const sums = tensor("float32", [1, 32], new Float32Array(32).fill(right ? 64 : 32.5));
      return { run: async () => ({ [name]: sums }), release: () => {} };
    },
    close: () => {},
  };
  return { engine: engineOn(backend), compiled, exact: () => compiled.map(({ exactBytes }) => exactBytes) };
}

function layer(): Program {
  const values = constant(tensor("int8", [4, 8], new Int8Array(32)));
  const scale = constant(tensor("float32", [4, 1], new Float32Array(4)));
  return serialize({ outputs: { y: int8Linear(input("x", "float32", ["n", 8]), { values, scale }) } });
}

test("bytes are multiplied the slow way where the processor's own sums saturate, and only there", async () => {
  for (const saturates of [true, false]) {
    const { engine, exact } = recording({ saturates });
    for (let i = 0; i < 2; i++) await engine.load(layer());
    // One trial, then both programs.
    expect(exact()).toEqual([false, saturates, saturates]);
  }
});

test("programs that multiply no bytes cost no trial", async () => {
  const { engine, exact } = recording({ saturates: true });
  const x = input("x", "float32", ["n"]);
  await engine.load(serialize({ outputs: { y: multiply(x, x) } }));
  expect(exact()).toEqual([false]);
});

test("a trial that fails is repeated by the next program", async () => {
  const { engine, exact } = recording({ saturates: true, fails: 1 });
  await expect(engine.load(layer())).rejects.toThrow("no memory left");
  await engine.load(layer());
  expect(exact()).toEqual([false, false, true]);
});
