import { expect, test } from "vitest";
import { exists } from "./pages.ts";
import { siteLink } from "./site-link.ts";

test.each([
  ["docs/gpu.md", "README.md", "/gpu"],
  ["gpu.md#using-it", "docs/results.md", "/gpu#using-it"],
  ["../../README.md", "docs/guides/sample.md", "/overview"],
  ["../web", "apps/server/README.md", "/page"],
  ["apps/server/README.md", "README.md", "/server"],
  ["../graph", "packages/models/README.md", "/packages/graph"],
  ["core.md", "apps/docs/api/@sdtt/data.md", "/api/core"],
  ["@sdtt/core.md#denoiser", "apps/docs/api/index.md", "/api/core#denoiser"],
  ["docs/decisions", "README.md", "https://github.com/sdtt-ts/sdtt/tree/main/docs/decisions"],
  [
    "../../tooling/tiny/recipes",
    "packages/tiny/README.md",
    "https://github.com/sdtt-ts/sdtt/tree/main/tooling/tiny/recipes",
  ],
  [
    "../models/dit.ts",
    "packages/graph/README.md",
    "https://github.com/sdtt-ts/sdtt/blob/main/packages/models/dit.ts",
  ],
  ["#using-it", "docs/gpu.md", "#using-it"],
  ["https://arxiv.org/abs/2410.21035", "README.md", "https://arxiv.org/abs/2410.21035"],
])("%s of %s becomes %s", (href, file, link) => {
  expect(siteLink(href, file, (path) => path !== "docs/decisions/README.md")).toBe(link);
});

test("a link that leads nowhere is an error that names file and link", () => {
  expect(() => siteLink("gone.md", "docs/gpu.md", exists)).toThrow(
    "docs/gpu.md: the link gone.md leads to docs/gone.md, which does not exist.",
  );
  expect(() => siteLink("../../README.md", "docs/gpu.md", exists)).toThrow(/which does not exist/);
});
