import { existsSync, globSync } from "node:fs";
import { join } from "node:path";

/** Which Markdown files of the repository are pages of the site, and where. A `*` stands for the same name on both sides. */
const places: readonly (readonly [file: string, route: string])[] = [
  ["apps/docs/index.md", "index"],
  ["README.md", "overview"],
  ["ARCHITECTURE.md", "architecture"],
  ["CONTRIBUTING.md", "contributing"],
  ["docs/*.md", "*"],
  ["docs/guides/*.md", "guides/*"],
  ["docs/decisions/*.md", "decisions/*"],
  ["examples/README.md", "examples"],
  ["apps/cli/README.md", "cli"],
  ["apps/server/README.md", "server"],
  ["apps/web/README.md", "page"],
  ["tooling/tiny/README.md", "recipe"],
  ["packages/*/README.md", "packages/*"],
  ["apps/docs/api/index.md", "api/index"],
  ["apps/docs/api/sdtt.md", "api/sdtt"],
  ["apps/docs/api/@sdtt/*.md", "api/*"],
];

/** The route of a file by its path in the repository, without a slash in front; undefined if it is no page. */
export function routeOf(file: string): string | undefined {
  for (const [pattern, route] of places) {
    const [before, after] = pattern.split("*") as [string, string?];
    if (after === undefined) {
      if (file === pattern) return route;
      continue;
    }
    const name = file.slice(before.length, file.length - after.length);
    if (file === before + name + after && name && !name.includes("/")) return route.replace("*", name);
  }
  return undefined;
}

/** Every page, by its path in the repository. */
export function listPages(root: string): Map<string, string> {
  const files = places.flatMap(([pattern]) => globSync(pattern, { cwd: root }));
  return new Map(
    files
      .map((file) => file.replaceAll("\\", "/"))
      .sort()
      .map((file) => [file, routeOf(file)!]),
  );
}

/** Markdown files that are no pages. */
export function listOthers(root: string): string[] {
  const exclude = (name: string) => name === "node_modules" || name === "dist" || name.startsWith(".");
  const files = globSync("**/*.md", { cwd: root, exclude }).map((file) => file.replaceAll("\\", "/"));
  return [...files.filter((file) => routeOf(file) === undefined), ".*/**"];
}

/** The repository, from this file. */
export const root: string = join(import.meta.dirname, "../../..");

/** Whether a file or folder of the repository exists. */
export const exists = (path: string): boolean => existsSync(join(root, path));
