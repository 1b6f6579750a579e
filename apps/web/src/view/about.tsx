import type { VNode } from "preact";
import { about, aboutBundled, isBundled, limits } from "../content.ts";

/** What is shown here, and what it is not. */
export function About({ models }: { models: readonly string[] }): VNode {
  return (
    <p class="about">
      {about} {limits} {models.some(isBundled) && aboutBundled}
    </p>
  );
}
