import type { VNode } from "preact";
import { about, aboutBundled, isBundled } from "../content.ts";

/** What is shown here, and what it is not. While the models are not known they are taken for the bundled ones: the page would else jump. */
export function About({ models }: { models: readonly string[] }): VNode {
  return (
    <p class="about">
      {about} {(models.length === 0 || models.some(isBundled)) && aboutBundled}
    </p>
  );
}
