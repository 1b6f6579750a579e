import { createStream } from "@sdtt/core";
import { logLinearSchedule, maskOrders } from "@sdtt/scheduler";
import { expect, test } from "vitest";
import { drawSecondNoise } from "../methods/idlm/second-noise.ts";
import { noiseBatch } from "./noised-batch.ts";

const [batch, length, maskId] = [64, 32, 9];
const clean = Int32Array.from({ length: batch * length }, (_, row) => row % 9);

test.each(maskOrders)(
  "with keepBos no first position is ever masked, and all else as without (%s)",
  (maskOrder) => {
    const noise = { schedule: logLinearSchedule(), antithetic: true, maskOrder, leastTime: 1e-3 };
    const noised = (keepBos?: boolean) =>
      noiseBatch({ ...noise, clean, length, maskId, keepBos, stream: createStream(4) });
    const [kept, published] = [noised(true), noised()];
    const isFirst = (row: number) => row % length === 0;
    expect(published.noised.some((id, row) => isFirst(row) && id === maskId)).toBe(true);
    expect(kept.noised).toEqual(published.noised.map((id, row) => (isFirst(row) ? clean[row]! : id)));
    expect(kept.maskedCount).toBe(kept.noised.filter((id) => id === maskId).length);

    for (const reverseSteps of [undefined, 8]) {
      const { masked } = drawSecondNoise({
        ...noise,
        ...kept,
        length,
        keepBos: true,
        first: Uint8Array.from(kept.noised, (id) => (id === maskId ? 1 : 0)),
        reverseSteps,
        stream: createStream(5),
      });
      expect(masked.some((one) => one === 1)).toBe(true);
      expect(masked.some((one, row) => isFirst(row) && one === 1)).toBe(false);
    }
  },
);
