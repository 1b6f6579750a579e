import { SdttError } from "@sdtt/core";

/** What a repository of the Hub holds. */
export type RepositoryKind = "model" | "dataset";

/** True for `name` and `namespace/name` as the Hub allows them; both become folder names. */
export function isRepositoryName(text: string): boolean {
  const part = /^(?!.*(\.\.|--))[A-Za-z0-9](?:[\w.-]{0,94}[A-Za-z0-9_])?$/;
  const parts = text.split("/");
  return parts.length <= 2 && parts.every((name) => part.test(name));
}

/** True for a branch, a tag, `refs/pr/N` or a commit; they become paths below `refs/`. */
export function isRevisionName(text: string): boolean {
  return (
    text.length <= 250 &&
    /^(?!.*(\.\.|\/\/|@\{|\/\.))[^\s~^:?*[\\<>|"/.-][^\s~^:?*[\\<>|"]*(?<![/.])$/.test(text)
  );
}

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
