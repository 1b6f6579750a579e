import { isSdttError, SdttError } from "@sdtt/core";

/**
 * Says of an error about numbers at which step it came up; any other error is returned as it is.
 *
 * @param step - Counts from 0; `steps` for the final pass.
 */
export function atStep(error: unknown, { step, steps }: { step: number; steps: number }): unknown {
  if (!isSdttError(error) || error.code !== "numeric") return error;
  const place = step < steps ? `Step ${step + 1} of ${steps}` : `The final pass after ${steps} steps`;
  return new SdttError("numeric", `${place}: ${error.message}`, { cause: error });
}
