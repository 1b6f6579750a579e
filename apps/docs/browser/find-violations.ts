import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/** What axe finds in a page, or in the part that a selector names: each broken rule with the markup that breaks it. */
export async function findViolations(page: Page, part?: string): Promise<[rule: string, markup: string[]][]> {
  const axe = new AxeBuilder({ page })
    // Results of rules that hold are most of the work; so is a second page to put frames together, which there are none of.
    // First, as it replaces all that was set before.
    .options({ resultTypes: ["violations"] })
    // The theme's search button shows its keys, which are not in its name.
    .disableRules(["label-content-name-mismatch"])
    .setLegacyMode();
  if (part !== undefined) axe.include(part);
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}
