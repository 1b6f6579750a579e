/** What an upload tells while it runs. */
export type UploadEvent =
  /** `preparing` creates what is missing and hashes the files, `committing` makes them visible all at once. */
  | { readonly kind: "phase"; readonly phase: "preparing" | "uploading" | "committing" }
  | {
      readonly kind: "progress";
      /** Path inside the repository. Only large files are reported; small ones travel with the commit. */
      readonly file: string;
      /** Bytes so far. */
      readonly sent: number;
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
    };

export type UploadListener = (event: UploadEvent) => void;
