// Follows every link of the built site, to its page and to its place in the page: `node src/check-links.ts` after a build.
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseHTML } from "linkedom";

const site = join(import.meta.dirname, "../dist");
const base = process.env["SITE_BASE"] ?? "/";

interface BuiltPage {
  readonly links: readonly string[];
  readonly places: ReadonlySet<string>;
}

const pages = new Map<string, BuiltPage>();
for (const file of globSync("**/*.html", { cwd: site })) {
  const { document } = parseHTML(readFileSync(join(site, file), "utf8"));
  const url =
    base +
    file
      .replaceAll("\\", "/")
      .replace(/\.html$/, "")
      .replace(/(^|\/)index$/, "$1");
  pages.set(url, {
    links: Array.from(document.querySelectorAll("a[href]"), (link) => link.getAttribute("href")!),
    places: new Set(Array.from(document.querySelectorAll("[id]"), ({ id }) => id)),
  });
}

const broken = Array.from(pages, ([url, { links }]) =>
  links.filter((link) => !leadsSomewhere(link, url)).map((link) => `${url}: ${link} leads nowhere`),
).flat();
if (pages.size === 0) broken.push(`${site} holds no pages: build the site first`);
for (const line of new Set(broken)) console.error(line);
console.log(`${pages.size} pages, ${broken.length} broken links`);
process.exitCode = broken.length > 0 ? 1 : 0;

function leadsSomewhere(link: string, from: string): boolean {
  const { protocol, host, pathname, hash } = new URL(link, `http://site.invalid${from}`);
  if (host !== "site.invalid" || !protocol.startsWith("http")) return true;
  const page = pages.get(pathname);
  if (!page) return existsSync(join(site, decodeURIComponent(pathname.slice(base.length))));
  return hash === "" || page.places.has(decodeURIComponent(hash.slice(1)));
}
