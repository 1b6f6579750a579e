import { InvalidArgumentError } from "commander";

export interface NumberBounds {
  readonly least?: number;
  /** Excluded. */
  readonly above?: number;
  readonly most?: number;
}

/** A parser of option values for whole numbers in a range. */
export function wholeNumber(bounds: NumberBounds = {}): (text: string) => number {
  const parse = realNumber(bounds);
  return (text) => {
    const value = parse(text);
    if (!Number.isInteger(value)) throw new InvalidArgumentError(`Expected a whole number; got "${text}".`);
    if (!Number.isSafeInteger(value)) {
      throw new InvalidArgumentError(
        `Expected a number below 2^53, which is 9007199254740992; got "${text}".`,
      );
    }
    return value;
  };
}

/** A parser of option values for numbers in a range. */
export function realNumber({ least = -Infinity, above = -Infinity, most = Infinity }: NumberBounds = {}) {
  return (text: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) throw new InvalidArgumentError(`Expected a number; got "${text}".`);
    if (value < least || value <= above || value > most) {
      throw new InvalidArgumentError(`Expected ${describeBounds({ least, above, most })}; got ${text}.`);
    }
    return value;
  };
}

function describeBounds({ least, above, most }: Required<NumberBounds>): string {
  const low = above > -Infinity ? `above ${above}` : least > -Infinity ? `at least ${least}` : "";
  const high = most < Infinity ? `at most ${most}` : "";
  return `a number ${[low, high].filter(Boolean).join(" and ")}`;
}
