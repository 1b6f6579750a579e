import { createStream } from "@sdtt/core";
import type { Denoiser, DrawRequest, RowsRequest } from "@sdtt/core";
import { describe, expect, test } from "vitest";
import { conditioned, entropyAfter, reshape } from "./toy-denoiser.ts";

export interface DenoiserConformanceOptions {
  readonly create: () => Denoiser | Promise<Denoiser>;
  /** Positions of the texts to try it on. */
  readonly length: number;
  /** By how much probabilities may be off; 1e-4 unless given. */
  readonly tolerance?: number | undefined;
}

type DrawShape = Pick<DrawRequest, "temperature" | "topP" | "topK" | "allowed">;

/** What samplers, distillation and evaluation rely on, of any denoiser. */
export function denoiserConformance(name: string, options: DenoiserConformanceOptions): void {
  const { create, length, tolerance = 1e-4 } = options;
  const batch = 3;

  /** Half-masked texts and, out of order, half of their masked rows. */
  function request(denoiser: Denoiser): RowsRequest & { tokens: Int32Array; rows: Int32Array } {
    const stream = createStream(20_24);
    const tokens = Int32Array.from({ length: batch * length }, (_, i) =>
      stream.uniform(i) < 0.5 ? denoiser.maskId : stream.uint32(i) % denoiser.maskId,
    );
    tokens[0] = denoiser.maskId;
    tokens[tokens.length - 1] = denoiser.maskId;
    const masked = [...tokens.keys()].filter((row) => tokens[row] === denoiser.maskId);
    const rows = masked.filter((row, i) => i % 2 === 0 || row === masked.at(-1)).toReversed();
    return { tokens, batch, length, rows: Int32Array.from(rows), sigma: new Float32Array(batch) };
  }

  async function distributionsOf(denoiser: Denoiser, asked: RowsRequest): Promise<Float64Array[]> {
    const logProbs = await denoiser.logProbs(asked);
    return Array.from(asked.rows, (_, i) =>
      Float64Array.from(logProbs.subarray(i * denoiser.vocabSize, (i + 1) * denoiser.vocabSize), Math.exp),
    );
  }

  /** Draws at several places of the cumulative distributions; tells which ids or log-probabilities the distributions, reshaped here, deny. */
  async function wrongDraws(denoiser: Denoiser, shape: DrawShape): Promise<string[]> {
    const asked = request(denoiser);
    const distributions = await distributionsOf(denoiser, asked);
    const wrong: string[] = [];
    for (const place of [1e-9, 0.1, 0.25, 0.5, 0.77, 0.9, 1 - 2 ** -53]) {
      const uniforms = Float64Array.from(distributions, (_, i) =>
        Math.min(place * (1 + i * 1e-6), 1 - 2 ** -53),
      );
      const { ids, logProbs } = await denoiser.draw({ ...asked, ...shape, uniforms });
      for (const [i, distribution] of distributions.entries()) {
        const [id, uniform] = [ids[i]!, uniforms[i]!];
        const right = isAtPlace(
          reshape(conditioned(distribution, shape.allowed?.[i]), shape),
          id,
          uniform,
          tolerance,
        );
        const off = Math.abs(Math.exp(logProbs[i]!) - distribution[id]!);
        if (!right || !(off < tolerance)) {
          wrong.push(`uniform ${uniform} drew ${id} with log-probability ${logProbs[i]}`);
        }
      }
    }
    return wrong;
  }

  describe(`${name} conforms: it`, () => {
    test("names the last id as its mask", async () => {
      const denoiser = await create();
      expect(denoiser.maskId).toBe(denoiser.vocabSize - 1);
    });

    test("gives distributions over the tokens, the mask excluded", async () => {
      const denoiser = await create();
      const asked = request(denoiser);
      const logProbs = await denoiser.logProbs(asked);
      expect(logProbs.length).toBe(asked.rows.length * denoiser.vocabSize);
      for (const distribution of await distributionsOf(denoiser, asked)) {
        expect(distribution[denoiser.maskId]).toBe(0);
        expect(Math.abs(distribution.reduce((sum, probability) => sum + probability, 0) - 1)).toBeLessThan(
          tolerance,
        );
      }
    });

    test("answers a row alike, whatever the batch and the other rows", async () => {
      const denoiser = await create();
      const asked = request(denoiser);
      const together = await distributionsOf(denoiser, asked);
      for (const [i, row] of asked.rows.entries()) {
        const begin = row - (row % length);
        const tokens = asked.tokens.slice(begin, begin + length);
        const rows = Int32Array.of(row - begin);
        const sigma = new Float32Array(1);
        const [alone] = await distributionsOf(denoiser, { tokens, batch: 1, length, rows, sigma });
        for (const [id, probability] of alone!.entries()) {
          expect(Math.abs(probability - together[i]![id]!)).toBeLessThan(tolerance);
        }
      }
    });

    test("draws the id at the place of the uniform on the cumulative distribution", async () => {
      expect(await wrongDraws(await create(), {})).toEqual([]);
    });

    test("heats and cools the distribution, and reports log-probabilities of the distribution itself", async () => {
      const denoiser = await create();
      for (const temperature of [0.5, 1.7]) expect(await wrongDraws(denoiser, { temperature })).toEqual([]);
    });

    test("keeps the topK likeliest tokens; with one, the draw is the argmax", async () => {
      const denoiser = await create();
      for (const topK of [1, 2, denoiser.vocabSize]) expect(await wrongDraws(denoiser, { topK })).toEqual([]);
    });

    test("conditions rows on the tokens that they may draw, before all else, and leaves the others as they are", async () => {
      const denoiser = await create();
      const asked = request(denoiser);
      const { vocabSize, maskId } = denoiser;
      const distributions = await distributionsOf(denoiser, asked);
      const setOf = (isIn: (id: number) => boolean) =>
        Uint8Array.from({ length: vocabSize }, (_, id) => Number(id !== maskId && isIn(id)));
      const even = setOf((id) => id % 2 === 0);
      // Never the likeliest: whatever is kept of the whole distribution would miss it.
      const allowed = distributions.map((distribution, i) => {
        if (i % 3 === 0) return undefined;
        return i % 3 === 1 ? even : setOf((id) => id !== distribution.indexOf(Math.max(...distribution)));
      });
      for (const shape of [{}, { temperature: 0.5 }, { topK: 1 }, { topK: 2, temperature: 1.7 }]) {
        expect(await wrongDraws(denoiser, { ...shape, allowed })).toEqual([]);
      }
      const uniforms = Float64Array.from(asked.rows, (_, i) => (i + 0.5) / asked.rows.length);
      const free = await denoiser.draw({ ...asked, uniforms });
      const { ids, logProbs } = await denoiser.draw({ ...asked, uniforms, allowed });
      for (const i of asked.rows.keys()) {
        if (!allowed[i]) expect([ids[i], logProbs[i]]).toEqual([free.ids[i], free.logProbs[i]]);
      }
    });

    test("keeps the fewest likeliest tokens that reach topP, or those within it", async () => {
      const denoiser = await create();
      const asked = request(denoiser);
      const distributions = await distributionsOf(denoiser, asked);
      for (const [i, distribution] of distributions.slice(0, 3).entries()) {
        const sorted = distribution.toSorted().toReversed();
        // In the middle of the second token's share, far from where rounding decides.
        const topP = Math.min(1, sorted[0]! + sorted[1]! / 2);
        for (const uniform of [1e-9, 0.3, 0.6, 1 - 1e-9]) {
          for (const nucleus of [undefined, "reach", "within"] as const) {
            const rows = asked.rows.slice(i, i + 1);
            const shape = { topP, nucleus };
            const { ids } = await denoiser.draw({
              ...asked,
              rows,
              uniforms: Float64Array.of(uniform),
              ...shape,
            });
            expect(isAtPlace(reshape(distribution, shape), ids[0]!, uniform, tolerance)).toBe(true);
          }
        }
      }
    });

    test("tells the entropies of its distributions where it is asked and knows them, after temperature and top-p, and draws alike", async () => {
      const denoiser = await create();
      const asked = request(denoiser);
      const { vocabSize, maskId } = denoiser;
      const distributions = await distributionsOf(denoiser, asked);
      const uniforms = Float64Array.from(asked.rows, (_, i) => (i + 0.5) / asked.rows.length);
      const odd = Uint8Array.from({ length: vocabSize }, (_, id) => Number(id !== maskId && id % 2 === 1));
      const allowed = distributions.map((_, i) => (i % 2 === 0 ? odd : undefined));
      const shapes: DrawShape[] = [
        {},
        { temperature: 0.5 },
        { topK: 1 },
        { topP: 0.6 },
        { topP: 0.6, topK: 2 },
        { temperature: 1.7, allowed },
      ];
      for (const shape of shapes) {
        const draws = await denoiser.draw({ ...asked, ...shape, uniforms, entropies: true });
        if (!draws.entropies) return;
        for (const [i, distribution] of distributions.entries()) {
          const own = conditioned(distribution, shape.allowed?.[i]);
          // Where rounding decides which token is the last that top-p keeps, either will do.
          const near = (shape.topP === undefined ? [0] : [-tolerance, 0, tolerance]).map((off) =>
            entropyAfter(own, { ...shape, topP: (shape.topP ?? 1) + off }),
          );
          const errors = near.map((entropy) => Math.abs(entropy - draws.entropies![i]!));
          expect(Math.min(...errors)).toBeLessThan(10 * tolerance);
        }
        const { ids } = await denoiser.draw({ ...asked, ...shape, uniforms });
        expect(draws.ids).toEqual(ids);
      }
      expect((await denoiser.draw({ ...asked, uniforms })).entropies).toBeUndefined();
    });

    test("refuses requests that make no sense", async () => {
      const denoiser = await create();
      const asked = request(denoiser);
      const uniforms = new Float64Array(asked.rows.length).fill(0.5);
      const fine = { ...asked, uniforms };
      const bad: DrawRequest[] = [
        { ...fine, rows: asked.rows.map(() => asked.tokens.length) },
        { ...fine, rows: asked.rows.map(() => -1) },
        { ...fine, tokens: asked.tokens.with(0, denoiser.vocabSize) },
        { ...fine, tokens: asked.tokens.with(0, -1) },
        { ...fine, batch: batch + 1 },
        { ...fine, uniforms: uniforms.slice(1) },
        { ...fine, uniforms: uniforms.with(0, Number.NaN) },
        { ...fine, uniforms: uniforms.with(0, 1) },
        { ...fine, temperature: 0 },
        { ...fine, topP: 1.5 },
        { ...fine, topK: 0 },
        { ...fine, allowed: [] },
        { ...fine, allowed: [...asked.rows].map(() => new Uint8Array(denoiser.vocabSize)) },
        { ...fine, allowed: [...asked.rows].map(() => Uint8Array.of(1)) },
        { ...fine, allowed: [...asked.rows].map(() => new Uint8Array(denoiser.vocabSize).fill(1)) },
      ];
      for (const request of bad)
        await expect(denoiser.draw(request)).rejects.toMatchObject({ code: "usage" });
    });

    test("stops when asked to", async () => {
      const denoiser = await create();
      const asked = { ...request(denoiser), signal: AbortSignal.abort() };
      await expect(denoiser.logProbs(asked)).rejects.toMatchObject({ code: "aborted" });
    });
  });
}

/** Whether the uniform falls in the id's interval of the cumulative weights. */
function isAtPlace(weights: Float64Array, id: number, uniform: number, tolerance: number): boolean {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const before = weights.subarray(0, id).reduce((sum, weight) => sum + weight, 0) / total;
  const after = before + weights[id]! / total;
  return after > before && uniform > before - tolerance && uniform < after + tolerance;
}
