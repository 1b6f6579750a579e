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
