import type { Clock } from "../client/clock.ts";
import type { SentListener } from "../client/hub-fetch.ts";
import { createTransferMeter } from "../client/transfer-meter.ts";
import type { UploadListener } from "./upload-event.ts";

/** Turns the bytes of each file that leave into events. */
export function createUploadProgress(options: {
  /** Bytes of each file, by its path. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly clock: Clock;
  readonly onEvent: UploadListener;
}): SentListener {
  const { sizes, clock, onEvent } = options;
  const files = new Map(
    [...sizes].map(([file, total]) => {
      const meter = createTransferMeter({
        total,
        clock,
        onProgress: (progress) =>
          onEvent({ kind: "progress", file, sent: progress.transferred, total, rate: progress.rate }),
      });
      return [file, { meter, sent: 0 }];
    }),
  );
  return (path, bytes) => {
    const file = files.get(path);
    if (file) file.meter((file.sent += bytes));
  };
}
