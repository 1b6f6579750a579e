import { tensor } from "@sdtt/core";
import { expect, test } from "vitest";
import type { Engine } from "@sdtt/engine";
import { addition, programOf } from "./programs.ts";

const counted = (length: number) => Float32Array.from({ length }, (_, i) => i);

export function testResidents(engine: () => Engine): void {
  test("a resident is read, written and viewed as one memory", async () => {
    const given = counted(6);
    await using whole = await engine().place(tensor("float32", [2, 3], given));
    given.fill(9);
    const part = whole.view(2, [1, 3]);
    expect(await part.read()).toEqual(tensor("float32", [1, 3], Float32Array.of(2, 3, 4)));

    await part.view(1, [2]).write(tensor("float32", [2, 1], Float32Array.of(-3, -4)));
    await part[Symbol.asyncDispose]();
    expect(await whole.read()).toEqual(tensor("float32", [2, 3], Float32Array.of(0, 1, 2, -3, -4, 5)));
  });

  test("an allocated resident begins at zero and is written through views", async () => {
    await using whole = await engine().allocate({ dtype: "float32", shape: [2, 2] });
    await whole.view(1, [2]).write(tensor("float32", [2], Float32Array.of(5, 6)));
    expect(await whole.read()).toEqual(tensor("float32", [2, 2], Float32Array.of(0, 5, 6, 0)));
    await expect(engine().allocate({ dtype: "float32", shape: [-1] })).rejects.toThrow(
      /sizes are whole numbers/,
    );
  });

  test("an update in place equals one with outputs of its own, bit for bit", async () => {
    const update = programOf({
      inputs: { w: ["float32", "n"], m: ["float32", "n"], gradient: ["float32", "n"] },
      outputs: { newW: ["float32", "n"], newM: ["float32", "n"] },
      nodes: [
        ["Mul", ["m", "m"], ["square"]],
        ["Add", ["square", "gradient"], ["newM"]],
        ["Mul", ["newM", "w"], ["step"]],
        ["Sub", ["w", "step"], ["newW"]],
      ],
    });
    await using session = await engine().load(update);
    const length = 10_007;
    const start = (scale: number) =>
      tensor(
        "float32",
        [length],
        counted(length).map((i) => Math.sin(i * scale)),
      );
    const gradient = start(0.3);
    let fresh = { newW: start(0.1), newM: start(0.2) } as Record<string, ReturnType<typeof start>>;
    await using w = await engine().place(fresh["newW"]!);
    await using m = await engine().place(fresh["newM"]!);
    for (let step = 0; step < 3; step++) {
      fresh = (await session.run({
        feeds: { w: fresh["newW"]!, m: fresh["newM"]!, gradient },
      })) as typeof fresh;
      expect(await session.run({ feeds: { w, m, gradient }, into: { newW: w, newM: m } })).toEqual({});
    }
    expect(await w.read()).toEqual(fresh["newW"]);
    expect(await m.read()).toEqual(fresh["newM"]);
  });

  test("a view takes an output and leaves its neighbours alone", async () => {
    await using session = await engine().load(addition);
    await using rows = await engine().place(tensor("float32", [3, 3], counted(9)));
    const middle = rows.view(3, [1, 3]);
    await session.run({ feeds: { a: middle, b: middle }, into: { sum: middle } });
    const { data } = await rows.read();
    expect(data).toEqual(Float32Array.of(0, 1, 2, 6, 8, 10, 6, 7, 8));
  });

  test("what cannot be a place for the elements is refused", async () => {
    const usage = (message: string) => expect.objectContaining({ code: "usage", message });
    await using session = await engine().load(addition);
    await using a = await engine().place(tensor("float32", [2, 3], counted(6)));
    const gone = await engine().place(tensor("float32", [2, 3], counted(6)));
    const partOfGone = gone.view(0, [1, 3]);
    await gone[Symbol.asyncDispose]();
    await gone[Symbol.asyncDispose]();

    expect(() => a.view(4, [3])).toThrow("View: expected a part of float32 [2, 3], got [3] at element 4.");
    await expect(a.write(tensor("float64", [6], new Float64Array(6)))).rejects.toEqual(
      usage("Tensor to write: expected 6 elements as of float32 [2, 3], got float64 [6]."),
    );
    await expect(session.run({ feeds: { a, b: a }, into: { sum: a.view(0, [1, 3]) } })).rejects.toEqual(
      usage('Output "sum": expected float32 [rows, 3] with rows = 2 as in input "a", got float32 [1, 3].'),
    );
    await expect(partOfGone.read()).rejects.toEqual(
      usage("This resident tensor was disposed: place it again."),
    );
    await expect(session.run({ feeds: { a: gone, b: a } })).rejects.toEqual(
      usage("This resident tensor was disposed: place it again."),
    );
    const foreign = { ...a };
    await expect(session.run({ feeds: { a, b: foreign } })).rejects.toEqual(
      usage("A resident tensor works only in the engine that placed it."),
    );
  });
}
