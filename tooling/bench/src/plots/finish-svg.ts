/** What a plot is called, and says to those who do not see it. */
export interface PlotWords {
  readonly title: string;
  readonly description: string;
}

/** Colours of a plot of the class `speed`, in the light and in the dark. */
const style = `<style>
.speed { --reference: #6b7280; --bar: #2563eb; color: #1d1d1f; background: #fff; font: 13px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .speed { --reference: #9ca3af; --bar: #7aa7ff; color: #ececf1; background: #17171a; } }
</style>`;

/** Makes a plot's element a file of its own. */
export function finishSvg(svg: { readonly outerHTML: string }, { title, description }: PlotWords): string {
  const head = `<title>${title}</title><desc>${description}</desc>${style}`;
  return svg.outerHTML.replace(/>/, ` xmlns="http://www.w3.org/2000/svg" role="img">${head}`);
}
