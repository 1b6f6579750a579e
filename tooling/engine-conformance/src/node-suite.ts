import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensor } from "@sdtt/core";
import type { Engine, LoadOptions } from "@sdtt/engine";
import { expect, test } from "vitest";
import { addition, programOf } from "./programs.ts";
import { engineConformance } from "./suite.ts";

/** What every engine in Node must do alike. `open` makes a new one. */
export function nodeEngineConformance(open: () => Promise<Engine>): void {
  engineConformance(open, testInNode);
}

/** What only an engine in Node can do: map files, and be given Buffers. */
function testInNode(engine: () => Engine): void {
  test.each<LoadOptions>([{}, { optimization: "none" }, { optimization: "basic", prepack: false }])(
    "weights are read from the file they lie in: %o",
    async (options) => {
      const weightsFolder = await mkdtemp(join(await realpath(tmpdir()), "engine-"));
      try {
        await writeFile(join(weightsFolder, "weights.bin"), Float32Array.of(-1, -1, 1, 2, 3, 4, 5, 6));
        const product = programOf({
          inputs: { a: ["float32", "rows", 3] },
          outputs: { product: ["float32", "rows", 2] },
          nodes: [["MatMul", ["a", "w"], ["product"]]],
          weights: [{ name: "w", shape: [3, 2], file: "weights.bin", offset: 8 }],
          weightsFolder,
        });
        await using session = await engine().load(product, options);
        const feeds = { a: tensor("float32", [1, 3], Float32Array.of(1, 10, 100)) };
        const result = await session.run({ feeds });
        expect(result).toEqual({ product: tensor("float32", [1, 2], Float32Array.of(531, 642)) });
      } finally {
        await rm(weightsFolder, { recursive: true });
      }
    },
  );

  test("a Buffer's bytes are copied, though a Buffer's slice shares them", async () => {
    const given = Buffer.from([1, 2, 3]);
    await using resident = await engine().place(tensor("uint8", [3], given));
    given.fill(9);
    await resident.view(2, [1]).write(tensor("uint8", [1], given.subarray(1, 2)));
    expect(await resident.read()).toEqual(tensor("uint8", [3], Uint8Array.of(1, 2, 9)));
    expect([...given]).toEqual([9, 9, 9]);
  });

  test("memory stays flat over many runs", async () => {
    await using session = await engine().load(addition);
    const rows = 2 ** 16;
    const feeds = {
      a: tensor("float32", [rows, 3], new Float32Array(3 * rows)),
      b: await placed(engine(), rows),
    };
    const residentSet = async (runs: number) => {
      for (let i = 0; i < runs; i++) await session.run({ feeds });
      return process.memoryUsage.rss();
    };
    const before = await residentSet(100);
    const after = await residentSet(500);
    // One output leaked per run would be 375 MiB.
    expect((after - before) / 2 ** 20).toBeLessThan(150);
  });
}

async function placed(engine: Engine, rows: number) {
  return engine.place(tensor("float32", [rows, 3], new Float32Array(3 * rows)));
}
