import { expect, test } from "vitest";
import { createGrid, samplingTime } from "./grid.ts";
import { createMaskChain, firstEvent } from "./mask-chain.ts";
import type { MaskChainOptions } from "./mask-chain.ts";
import type { RemaskingSampler } from "./sampler.ts";
import { createSchedule, logLinearSchedule } from "./schedules.ts";

const steps = 64;
const schedule = logLinearSchedule();
const create = (options: Partial<MaskChainOptions> & { sampler: RemaskingSampler }) =>
  createMaskChain({ schedule, steps, finalPass: true, ...options });

/** The papers' step: alpha at both ends, sigma, and the probability of a reveal that follows. */
function reveal(alphaNow: number, alphaNext: number, sigma: number): number {
  return (alphaNext - (1 - sigma) * alphaNow) / (1 - alphaNow);
}

const sigmas: Record<string, (alphaNow: number, alphaNext: number) => number> = {
  "remdm-cap": (now, next) => Math.min(0.1, Math.min(1, (1 - next) / now)),
  "remdm-rescale": (now, next) => 0.1 * Math.min(1, (1 - next) / now),
  psi: (_now, next) => (1 - 0.7) * (1 - next),
};

test.each(["remdm-cap", "remdm-rescale", "psi"] as const)(
  "%s reveals and masks again with the published probabilities, to 1e-12",
  (sampler) => {
    for (const name of ["loglinear", "cosine", "linear"] as const) {
      const own = createSchedule(name);
      const { masked } = createGrid(own, steps);
      const chain = create({ sampler, schedule: own, eta: 0.1, kappa: 0.7 });
      for (let step = 0; step < steps; step++) {
        const [now, next] = [1 - masked(step), 1 - masked(step + 1)];
        const sigma = sampler === "psi" && step === steps - 1 ? 0 : sigmas[sampler]!(now, next);
        expect(Math.abs(chain.remask[step]! - sigma)).toBeLessThan(1e-12);
        expect(Math.abs(chain.reveal[step]! - reveal(now, next, sigma))).toBeLessThan(1e-12);
      }
    }
  },
);

test("psi is kappa times the chain's step and the rest times a new mask of the prediction, to 1e-12", () => {
  const { masked } = createGrid(schedule, steps);
  const chain = create({ sampler: "psi", kappa: 0.7 });
  for (let step = 0; step < steps - 1; step++) {
    const [now, next] = [masked(step), masked(step + 1)];
    // Of a masked position the posterior keeps the mask with m_s / m_t, the forward process with m_s; a token it never masks, or with m_s.
    expect(Math.abs(1 - chain.reveal[step]! - (0.7 * (next / now) + 0.3 * next))).toBeLessThan(1e-12);
    expect(Math.abs(chain.remask[step]! - 0.3 * next)).toBeLessThan(1e-12);
  }
});

test("remdm-loop is plain before and after, and in between masks and reveals at one share, to 1e-12", () => {
  const chain = create({ sampler: "remdm-loop", eta: 0.05 });
  const masked = (time: number) =>
    time > 0.55 ? 1 - ((1 - time) * 0.9) / (1 - 0.55) : time > 0.05 ? 0.1 : (time * 0.1) / 0.05;
  let inside = 0;
  for (let step = 0; step < steps; step++) {
    const [t, s] = [samplingTime(step, steps), samplingTime(step + 1, steps)];
    const isInside = t <= 0.55 && s > 0.05;
    if (isInside) {
      inside++;
      expect(Math.abs(chain.remask[step]! - 0.05)).toBeLessThan(1e-12);
      expect(Math.abs(chain.reveal[step]! - (0.05 * 0.9) / 0.1)).toBeLessThan(1e-12);
    } else if (t > 0.55 || t <= 0.05) {
      expect(chain.remask[step]).toBe(0);
      expect(Math.abs(chain.reveal[step]! - (1 - masked(s) / masked(t)))).toBeLessThan(1e-12);
    }
  }
  expect(inside).toBeGreaterThan(20);
});

test("remdm-conf reveals as the plain chain does, and shares out the greatest sigma", () => {
  const { masked } = createGrid(schedule, steps);
  const chain = create({ sampler: "remdm-conf" });
  for (let step = 0; step < steps; step++) {
    const [now, next] = [masked(step), masked(step + 1)];
    expect(Math.abs(chain.reveal[step]! - (1 - next / now))).toBeLessThan(1e-12);
    expect(Math.abs(chain.remask[step]! - Math.min(1, next / (1 - now)))).toBeLessThan(1e-12);
  }
});

test.each(["remdm-cap", "remdm-rescale", "remdm-loop", "remdm-conf", "psi"] as const)(
  "without a final pass the last step of %s reveals all and masks nothing",
  (sampler) => {
    const chain = create({ sampler, finalPass: false, eta: 0.1 });
    expect(chain.reveal.at(-1)).toBe(1);
    expect(chain.remask.at(-1)).toBe(0);
    for (const [i, probability] of chain.reveal.entries()) {
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
      expect(chain.remask[i]).toBeLessThanOrEqual(1);
    }
  },
);

test("the first event follows the distribution of a walk", () => {
  const probabilities = Float64Array.of(0.5, 0, 0.25, 1, 0.5);
  const at = (uniform: number, first = 0) => firstEvent(probabilities, first, uniform);
  // Waiting falls to 1/2, 1/2, 3/8, 0.
  expect([0.6, 0.5, 0.49, 0.376, 0.374, 1e-9].map((uniform) => at(uniform))).toEqual([0, 0, 2, 2, 3, 3]);
  expect([at(0.9, 1), at(0.7, 1), at(0.3, 4), at(0.5, 5)]).toEqual([2, 3, 5, 5]);
});
