/**
 * Puts a benchmark's result between its marks, `<!-- bench NAME -->` and `<!-- /bench -->`, in a page of Markdown. What is
 * written around them stays. Undefined if the page has no such place.
 */
export function replaceTable(page: string, name: string, result: string): string | undefined {
  const [begin, end] = [`<!-- bench ${name} -->`, "<!-- /bench -->"];
  const start = page.indexOf(begin);
  const stop = start < 0 ? -1 : page.indexOf(end, start);
  if (stop < 0) return undefined;
  return `${page.slice(0, start + begin.length)}\n\n${result}\n\n${page.slice(stop)}`;
}
