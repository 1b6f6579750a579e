import { SdttError } from "@sdtt/core";

/** Refuses a value that is not an integer in [least, most]. */
export function checkInteger(
  name: string,
  value: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new SdttError("usage", `${name} must be an integer ${range}; got ${value}.`);
}

/** Refuses a value that is not a finite number inside the bounds. */
export function checkNumber(
  name: string,
  value: number,
  bounds: { above: number; below?: number; atMost?: number },
): void {
  const { above, below = Infinity, atMost = Infinity } = bounds;
  if (Number.isFinite(value) && value > above && value < below && value <= atMost) return;
  const upper = below < Infinity ? ` and below ${below}` : atMost < Infinity ? ` and at most ${atMost}` : "";
  throw new SdttError("usage", `${name} must be a number above ${above}${upper}; got ${value}.`);
}

/** Refuses a value that is not a number in [least, most]. */
export function checkWithin(name: string, value: number, least: number, most: number = Infinity): void {
  if (value >= least && value <= most) return;
  const range =
    most === Infinity ? `of at least ${least}` : `from ${least} to ${Number(most.toPrecision(3))}`;
  throw new SdttError("usage", `${name} must be a number ${range}; got ${value}.`);
}

/** Refuses a value that is none of the choices. */
export function checkOneOf(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new SdttError("usage", `${name} must be one of ${choices.join(", ")}; got ${value}.`);
}

/** Refuses ids that are outside the vocabulary. */
export function checkIds(name: string, ids: ArrayLike<number>, vocabSize: number): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (Number.isInteger(id) && id >= 0 && id < vocabSize) continue;
    throw new SdttError(
      "usage",
      `${name} holds the id ${id} at position ${i}; ids are integers from 0 to ${vocabSize - 1}.`,
    );
  }
}
