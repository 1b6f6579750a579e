import { isSdttError, SdttError } from "@sdtt/core";
import type { Collective } from "@sdtt/core";

/**
 * Does work that may be stopped. A rank that was asked to stop says so at its end, where all others hear it: all of them stop at the
 * same place.
 *
 * @throws SdttError `aborted`, at all ranks, if one of them was asked to stop; whatever else the work throws.
 */
export async function stopTogether(ranks: Collective, work: () => Promise<void>): Promise<void> {
  if (ranks.size === 1) return work();
  const stopped = await work().then(
    () => 0,
    (error: unknown) => {
      if (isSdttError(error) && error.code === "aborted") return 1;
      throw error;
    },
  );
  const asked = Float64Array.of(stopped);
  await ranks.sum(asked);
  if (asked[0]! > 0) throw new SdttError("aborted", "Stopped, as one of the ranks was asked.");
}
