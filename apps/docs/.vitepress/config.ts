import { readFileSync } from "node:fs";
import { join } from "node:path";
import katex from "@vscode/markdown-it-katex";
import { defineConfig } from "vitepress";
import type { UserConfig } from "vitepress";
import { checkEquations } from "../src/equations.ts";
import { useRepository } from "../src/markdown.ts";
import { listOthers, listPages, root } from "../src/pages.ts";
import { sidebar } from "../src/sidebar.ts";
import { repository } from "../src/site-link.ts";

const pages = listPages(root);
const icon = readFileSync(join(root, "apps/web/public/icon.svg"), "utf8");

/** Pages lie all over the repository; the vue that they are compiled to import is that of this package. */
const vueOfThisPackage: NonNullable<NonNullable<UserConfig["vite"]>["plugins"]>[number] = {
  name: "vue-of-this-package",
  enforce: "pre",
  resolveId(id, importer) {
    if (!/^vue(\/|$)/.test(id) || !importer?.split("?")[0]!.endsWith(".md")) return undefined;
    return this.resolve(id, join(root, "apps/docs/index.md"), { skipSelf: true });
  },
};

export default defineConfig({
  title: "SDTT for TypeScript",
  description: "Run, train and distil masked diffusion language models from TypeScript",
  lang: "en",
  // For a host that serves the site from a folder.
  base: process.env["SITE_BASE"] ?? "/",
  head: [["link", { rel: "icon", href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  cleanUrls: true,
  srcDir: root,
  srcExclude: listOthers(root),
  outDir: "dist",
  rewrites: Object.fromEntries(Array.from(pages, ([file, route]) => [file, `${route}.md`])),
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config(markdown) {
      // The module is CommonJS: its default export lies one deeper. Its types are of another copy of markdown-it's.
      const plugin: unknown = "default" in katex ? katex.default : katex;
      markdown.use(plugin as Parameters<typeof markdown.use>[0], { throwOnError: true });
      checkEquations(markdown.renderer.rules);
      useRepository(markdown);
    },
  },
  // The theme's home page has no main landmark.
  transformHtml: (html) => html.replace('class="VPContent is-home"', '$& role="main"'),
  vite: {
    plugins: [vueOfThisPackage],
    // The home page names its image by its address, which only files of this folder have.
    publicDir: join(root, "docs/images"),
    // The index of the search is one file, which is loaded when someone searches.
    build: { chunkSizeWarningLimit: 4000 },
  },
  themeConfig: {
    sidebar,
    nav: [
      { text: "Guides", link: "/guides/sample" },
      { text: "Mathematics", link: "/mathematics" },
      { text: "API", link: "/api/" },
      { text: "Results", link: "/results" },
    ],
    outline: { level: [2, 3] },
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: repository }],
    footer: { message: "Apache-2.0" },
  },
});
