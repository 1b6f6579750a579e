import { SdttError } from "@sdtt/core";
import type { ProgramTypes } from "../engine.ts";
import type { CheckedRequest } from "./request.ts";

/** Holds a run of a session with `replay` against its first: what is replayed reads and writes the addresses of that one. */
export type ReplayCheck = (inputs: CheckedRequest["inputs"], outputs: CheckedRequest["outputs"]) => void;

/** @throws SdttError `usage` for a program with a size that may differ from run to run. */
export function checkFixedSizes({ inputs, outputs }: ProgramTypes): void {
  const loose = [...inputs, ...outputs].find(({ shape }) => shape.some((size) => typeof size === "string"));
  if (!loose) return;
  throw new SdttError(
    "usage",
    `A program to replay has fixed sizes only: expected numbers in the shape of "${loose.name}", got [${loose.shape.join(", ")}].`,
  );
}

/** The check of one session. */
export function createReplayCheck(): ReplayCheck {
  let first: readonly unknown[] | undefined;
  return (inputs, outputs) => {
    const places = [...inputs, ...outputs.map(({ into }) => into)];
    if (!places.every((place) => place !== undefined && !("data" in place))) {
      throw new SdttError(
        "usage",
        "A session that replays takes resident tensors for all feeds and outputs.",
      );
    }
    const expected = (first ??= places);
    if (places.length === expected.length && places.every((place, i) => place === expected[i])) return;
    throw new SdttError(
      "usage",
      "A session that replays takes the same resident tensors in each run: write new elements into those of the first.",
    );
  };
}
