import type { TextFit } from "./tokenize/text-fit.ts";

/** What opening a dataset tells while it runs. */
export type DatasetEvent =
  | {
      readonly kind: "progress";
      readonly stage: DatasetStage;
      /** Of `bytesTotal`, as they lie on the disk. */
      readonly bytesDone: number;
      readonly bytesTotal: number;
    }
  /** The text is mostly markup, code or another language than the tokenizer's vocabulary; told once, at the end. */
  | { readonly kind: "unsuited"; readonly fit: TextFit }
  /** The kept blocks were not as they were written; they are made again. */
  | { readonly kind: "damaged"; readonly reason: string };

/** Reading the sources to know them by their content; tokenizing them; reading the kept blocks through. */
export type DatasetStage = "identify" | "tokenize" | "verify";

export type DatasetListener = (event: DatasetEvent) => void;
