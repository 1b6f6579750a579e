import { SdttError } from "@sdtt/core";
import { isRepositoryName, isRevisionName } from "@sdtt/checkpoint";

/** A part of a dataset of the Hub, as a person names it. */
export interface DatasetReference {
  /** `organisation/name` */
  readonly repo: string;
  /** Which of the dataset's variants, where it has several. */
  readonly config?: string;
  readonly split?: string;
  /** Which documents of the split, as Python's slices: a negative bound counts from the end. */
  readonly slice?: { readonly start?: number; readonly end?: number };
  /** A branch, a tag or a commit. */
  readonly revision?: string;
}

const prefix = "hf:";

/** True for what `parseDatasetReference` is to read: data of the Hub, not a file. */
export function isDatasetReference(text: string): boolean {
  return text.startsWith(prefix);
}

/**
 * Reads `hf:organisation/name`, and after it what the dataset needs, in this order: `/config`, `:split`, a slice such as
 * `[-100000:]`, `@revision`.
 *
 * @throws SdttError `usage` that shows the form.
 */
export function parseDatasetReference(text: string): DatasetReference {
  const form =
    /^hf:(?<repo>[^/:@[\]]+(?:\/[^/:@[\]]+)?)(?:\/(?<config>[\w.-]+))?(?::(?<split>\w+(?:[.-]\w+)*))?(?:\[(?<start>-?\d*):(?<end>-?\d*)\])?(?:@(?<revision>.+))?$/;
  const { repo = "", config, split, start, end, revision } = form.exec(text)?.groups ?? {};
  const slice = start === undefined ? undefined : { ...bound("start", start), ...bound("end", end) };
  const isWhole = Object.values(slice ?? {}).every((value) => Number.isSafeInteger(value));
  if (!isRepositoryName(repo) || (revision !== undefined && !isRevisionName(revision)) || !isWhole) {
    throw new SdttError(
      "usage",
      `"${text}" names no dataset. Write hf:organisation/name, and after it in this order what is needed of /config, :split, a slice such as [-100000:], @revision; for example hf:Salesforce/wikitext/wikitext-103-raw-v1:validation.`,
    );
  }
  return {
    repo,
    ...(config !== undefined && { config }),
    ...(split !== undefined && { split }),
    ...(slice && { slice }),
    ...(revision !== undefined && { revision }),
  };
}

/** The reference as a person writes it. */
export function formatDatasetReference({ repo, config, split, slice, revision }: DatasetReference): string {
  return [
    prefix + repo,
    config === undefined ? "" : `/${config}`,
    split === undefined ? "" : `:${split}`,
    slice ? `[${slice.start ?? ""}:${slice.end ?? ""}]` : "",
    revision === undefined ? "" : `@${revision}`,
  ].join("");
}

function bound(name: "start" | "end", text: string | undefined): { start?: number; end?: number } {
  return text ? { [name]: text === "-" ? Number.NaN : Number(text) } : {};
}
