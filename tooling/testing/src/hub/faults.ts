/** What goes wrong with an answer. Positions and counts are bytes. */
export type FaultEffect =
  | { readonly kind: "status"; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** A web page with status 200, as a proxy or a login page sends it. */
  | { readonly kind: "web-page" }
  /** The byte at this place of the file is another. */
  | { readonly kind: "flip"; readonly at: number }
  /** The body ends early and looks complete: no length was announced. */
  | { readonly kind: "cut"; readonly after: number }
  /** The connection is closed in the middle. */
  | { readonly kind: "drop"; readonly after: number }
  /** Nothing comes any more, and the connection stays open. */
  | { readonly kind: "stall"; readonly after: number }
  /** The whole file is sent whatever range was asked for. */
  | { readonly kind: "no-ranges" };

export interface Fault {
  /** Tested against `GET /path?query`. */
  readonly on: RegExp;
  readonly effect: FaultEffect;
  /** How many answers it hits. Default: one. */
  readonly times?: number;
}

/** The faults that wait for their request. */
export interface Faults {
  add(fault: Fault): void;
  /** The effect on this request, which uses it up. */
  take(request: string): FaultEffect | undefined;
}

export function createFaults(): Faults {
  const waiting: { fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      waiting.push({ fault, left: fault.times ?? 1 });
    },
    take(request) {
      const found = waiting.find(({ fault, left }) => left > 0 && fault.on.test(request));
      if (found) found.left--;
      return found?.fault.effect;
    },
  };
}
