/** Whether something can be used here and, if not, everything that stands in the way. */
export interface Availability<Name extends string = string> {
  readonly name: Name;
  readonly available: boolean;
  readonly missing: readonly Requirement[];
}

export interface Requirement {
  /** What is missing and where it was looked for. */
  readonly what: string;
  /** The one command, or step, that fixes it. */
  readonly remedy: string;
}

export function availability<Name extends string>(
  name: Name,
  missing: readonly Requirement[],
): Availability<Name> {
  return { name, available: missing.length === 0, missing };
}

/** For a message: every requirement with its remedy. */
export function describeMissing(missing: readonly Requirement[]): string {
  return missing.map(({ what, remedy }) => `${what} (${remedy})`).join("; ");
}
