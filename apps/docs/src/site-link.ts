import { posix } from "node:path";
import { routeOf } from "./pages.ts";

/** Where code is shown that is no page. */
export const repository = "https://github.com/sdtt-ts/sdtt";

/**
 * A link of a Markdown file as a link of the site: to a page where its target is one, else to the file in the repository.
 * Addresses and links within the page are left as they are.
 *
 * @param file - the path of the Markdown file in the repository.
 * @param exists - whether a path of the repository exists.
 * @throws Error if the target does not exist.
 */
export function siteLink(href: string, file: string, exists: (path: string) => boolean): string {
  if (/^([a-z]+:|#|\/)/i.test(href)) return href;
  const [, target, hash = ""] = /^([^#]*)(#.*)?$/.exec(href)!;
  const path = posix.normalize(posix.join(posix.dirname(file), decodeURI(target!))).replace(/\/$/, "");
  if (path.startsWith("..") || !exists(path)) {
    throw new Error(`${file}: the link ${href} leads to ${path}, which does not exist.`);
  }
  const readme = `${path}/README.md`;
  const route = routeOf(path) ?? (exists(readme) ? routeOf(readme) : undefined);
  if (route !== undefined) return `/${route.replace(/(^|\/)index$/, "$1")}${hash}`;
  const isFile = posix.extname(path) !== "" || posix.basename(path) === "LICENSE";
  return `${repository}/${isFile ? "blob" : "tree"}/main/${path}${hash}`;
}
