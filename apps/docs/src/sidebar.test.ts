import { expect, test } from "vitest";
import { listPages, root } from "./pages.ts";
import { sidebar } from "./sidebar.ts";
import type { SidebarItem } from "./sidebar.ts";

const linksOf = ({ link, items = [] }: SidebarItem): string[] => [
  ...(link ? [link] : []),
  ...items.flatMap(linksOf),
];
// The API's pages are made when the site is built.
const isWritten = (link: string) => !link.startsWith("/api/");

test("the sidebar has every page once, and no other", () => {
  const pages = [...listPages(root).values()].map((route) => `/${route}`).filter((link) => link !== "/index");
  const links = sidebar.flatMap(linksOf);
  expect(links.filter(isWritten).sort()).toEqual(pages.filter(isWritten).sort());
  expect(new Set(links).size).toBe(links.length);
});
