/** What a download tells while it runs. `file` is the path inside the repository. */
export type DownloadEvent =
  | {
      readonly kind: "progress";
      readonly file: string;
      /** Bytes so far, with those of an earlier, interrupted download. */
      readonly received: number;
      readonly total: number;
      /** Bytes per second over the last seconds; 0 until something can be said. */
      readonly rate: number;
    }
  /** Something failed and will be tried again. */
  | {
      readonly kind: "retry";
      /** What failed, in a sentence. */
      readonly reason: string;
      /** Milliseconds until then. */
      readonly delay: number;
    }
  /** Another process is downloading this file; this one waits for it. */
  | { readonly kind: "waiting"; readonly file: string };

export type DownloadListener = (event: DownloadEvent) => void;
