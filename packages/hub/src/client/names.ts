import { isRepositoryName, isRevisionName } from "@sdtt/checkpoint";
import { SdttError } from "@sdtt/core";

/** What a repository of the Hub holds. */
export type RepositoryKind = "model" | "dataset";

/** True for the 40 hexadecimal digits of a commit. */
export function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** True for a path that stays inside the folder it is joined to, on every system. */
export function isSafeFilePath(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (text.length > 1024 || /[\\:\u0000-\u001f]/.test(text)) return false;
  return text.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}

/** @throws SdttError `usage` */
export function checkRepositoryName(text: string): void {
  if (!isRepositoryName(text)) {
    throw new SdttError("usage", `"${text}" is not the name of a repository; write it as organisation/name.`);
  }
}

/** @throws SdttError `usage` */
export function checkRevisionName(text: string): void {
  if (!isRevisionName(text)) {
    throw new SdttError(
      "usage",
      `"${text}" is not the name of a revision: give a branch, a tag or a commit.`,
    );
  }
}
