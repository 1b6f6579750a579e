import { SdttError } from "@sdtt/core";

/** Says what is wrong with a file, and throws. Readers are handed one that knows which file it is. */
export type Malformed = (problem: string) => never;

/** The `format` error of a torch file. */
export function malformedTorchFile(path: string): Malformed {
  return (problem) => {
    throw new SdttError("format", `${path} is not a torch file that can be read: ${problem}.`);
  };
}
