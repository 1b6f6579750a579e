import { checkNumber, checkOneOf } from "./check.ts";

/**
 * How fast tokens are masked as time runs from 0 (text) to 1 (all masked). A token is masked at time t with probability
 * 1 - exp(-sigma(t)).
 */
export interface Schedule {
  readonly name: string;
  /** Total noise up to `time`, in [0, 1]. */
  sigma(time: number): number;
  /** Its derivative at `time`. */
  rate(time: number): number;
}

/** As the configs of MDLM and SDTT call them. */
export type ScheduleName = "loglinear" | "cosine" | "cosinesqr" | "linear" | "geometric";

const factories: Record<ScheduleName, () => Schedule> = {
  loglinear: logLinearSchedule,
  cosine: cosineSchedule,
  cosinesqr: cosineSquaredSchedule,
  linear: linearSchedule,
  geometric: geometricSchedule,
};

/** The schedule of that name with the original's parameters. Throws `usage` for a name it does not know. */
export function createSchedule(name: ScheduleName): Schedule {
  checkOneOf("schedule", name, Object.keys(factories));
  return factories[name]();
}

/** The probability that a token is masked at `time`: 1 - exp(-sigma). */
export function maskProbability(schedule: Schedule, time: number): number {
  return -Math.expm1(-schedule.sigma(time));
}

/** The default of MDLM, SDTT and SEDD: the mask probability is (1 - eps) t. */
export function logLinearSchedule({ eps = 1e-3 }: { eps?: number } = {}): Schedule {
  checkNumber("eps", eps, { above: 0, below: 1 });
  return {
    name: "loglinear",
    sigma: (time) => -Math.log1p(-(1 - eps) * time),
    rate: (time) => (1 - eps) / (1 - (1 - eps) * time),
  };
}

/** The mask probability is (1 - eps) (1 - cos(pi t / 2)). */
export function cosineSchedule({ eps = 1e-3 }: { eps?: number } = {}): Schedule {
  checkNumber("eps", eps, { above: 0, below: 1 });
  return {
    name: "cosine",
    sigma: (time) => -Math.log(eps + (1 - eps) * Math.cos((time * Math.PI) / 2)),
    rate(time) {
      const angle = (time * Math.PI) / 2;
      return ((Math.PI / 2) * (1 - eps) * Math.sin(angle)) / (eps + (1 - eps) * Math.cos(angle));
    },
  };
}

/** The mask probability is (1 - eps) sin^2(pi t / 2). */
export function cosineSquaredSchedule({ eps = 1e-3 }: { eps?: number } = {}): Schedule {
  checkNumber("eps", eps, { above: 0, below: 1 });
  return {
    name: "cosinesqr",
    sigma: (time) => -Math.log(eps + (1 - eps) * Math.cos((time * Math.PI) / 2) ** 2),
    rate(time) {
      const kept = eps + (1 - eps) * Math.cos((time * Math.PI) / 2) ** 2;
      return ((Math.PI / 2) * (1 - eps) * Math.sin(time * Math.PI)) / kept;
    },
  };
}

/** The bounds of sigma at times 0 and 1. */
export interface NoiseBounds {
  readonly sigmaMin?: number | undefined;
  readonly sigmaMax?: number | undefined;
}

/** Sigma grows linearly. */
export function linearSchedule({ sigmaMin = 1e-3, sigmaMax = 10 }: NoiseBounds = {}): Schedule {
  checkNumber("sigmaMin", sigmaMin, { above: 0 });
  checkNumber("sigmaMax", sigmaMax, { above: sigmaMin });
  return {
    name: "linear",
    sigma: (time) => sigmaMin + time * (sigmaMax - sigmaMin),
    rate: () => sigmaMax - sigmaMin,
  };
}

/** Sigma grows geometrically. The bounds and their logarithms are rounded to float32, in which the original keeps them. */
export function geometricSchedule({ sigmaMin = 1e-3, sigmaMax = 10 }: NoiseBounds = {}): Schedule {
  checkNumber("sigmaMin", sigmaMin, { above: 0 });
  checkNumber("sigmaMax", sigmaMax, { above: sigmaMin });
  const [least, most] = [Math.fround(sigmaMin), Math.fround(sigmaMax)];
  const growth = Math.fround(Math.fround(Math.log(most)) - Math.fround(Math.log(least)));
  const sigma = (time: number): number => least ** (1 - time) * most ** time;
  return {
    name: "geometric",
    sigma,
    rate: (time) => sigma(time) * growth,
  };
}
