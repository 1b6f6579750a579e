import { InvalidArgumentError } from "commander";

export interface NumberBounds {
  readonly least?: number;
  /** Excluded. */
  readonly above?: number;
  readonly most?: number;
  /** Whether `Infinity` is a value; it is not unless given. */
  readonly infinite?: boolean;
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
export function realNumber(bounds: NumberBounds = {}) {
  const { least = -Infinity, above = -Infinity, most = Infinity, infinite = false } = bounds;
  return (text: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!Number.isFinite(value) && !(infinite && value === Infinity))
      throw new InvalidArgumentError(`Expected a number; got "${text}".`);
    if (value < least || value <= above || value > most) {
      throw new InvalidArgumentError(`Expected ${describeBounds({ least, above, most })}; got ${text}.`);
    }
    return value;
  };
}

/** A parser of lists with commas, of values that `parse` takes. */
export function listOf(parse: (text: string) => number): (text: string) => readonly number[] {
  return (text) => text.split(",").map(parse);
}

function describeBounds({ least, above, most }: Required<Omit<NumberBounds, "infinite">>): string {
  const low = above > -Infinity ? `above ${above}` : least > -Infinity ? `at least ${least}` : "";
  const high = most < Infinity ? `at most ${most}` : "";
  return `a number ${[low, high].filter(Boolean).join(" and ")}`;
}
