import type { DocumentInput, RangedFormat } from "../document-format.ts";

/** A document a row, in a column of texts. Its reader is loaded when the first such file is read. */
export const parquet: RangedFormat = {
  extensions: [".parquet"],
  access: "ranges",
  async *read(input) {
    const { readParquet } = await import("./read-parquet.ts");
    yield* readParquet(input);
  },
  async count(input: DocumentInput) {
    const { countRows } = await import("./read-parquet.ts");
    return countRows(input);
  },
};
